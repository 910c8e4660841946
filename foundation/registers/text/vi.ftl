# Cửa đọc dữ liệu
error-access-refused = Vị trí bạn đang làm việc không được đọc dữ liệu này cho mục đích này. Lần đọc bị từ chối đã được ghi lại.
error-access-outside-area = Người này không thuộc địa bàn hoặc hồ sơ bạn đang xử lý. Hãy kiểm tra lại số, hoặc mở đúng hồ sơ rồi thử lại; lần đọc này đã được ghi lại.
error-access-purpose-unknown = Mục đích đọc dữ liệu này chưa được công bố nên không thể đọc. Hãy báo người quản trị.
error-access-item-outside-purpose = Mục đích này không cho phép đọc một trong các thông tin được hỏi. Chỉ hỏi những gì hồ sơ thật sự cần.
error-registers-law-file = Tệp quy định về dữ liệu có lỗi: { $fault }. Hãy sửa tệp rồi khởi động lại.

# Dân cư
error-person-unknown = Không tìm thấy người có số định danh này. Hãy kiểm tra lại từng chữ số.
error-person-exists = Số định danh này đã có người mang. Hãy kiểm tra lại số, hoặc mở bản ghi đã có.
error-person-dead = Cơ sở dữ liệu ghi người này đã chết hoặc mất tích. Nếu thông tin đó sai, hãy đề nghị điều chỉnh trước.
error-person-item-shape = Giá trị của mục “{ $item }” chưa đúng dạng. Hãy xem lại và nhập lại.
error-person-item-derived = Mục “{ $item }” chỉ thay đổi qua thủ tục cư trú. Hãy dùng thủ tục đăng ký tương ứng.
error-person-true-from-future = Ngày bắt đầu không thể sau hôm nay. Hãy chọn hôm nay hoặc một ngày trước đó.
error-person-before-birth = Ngày này trước ngày sinh của một người trong hồ sơ. Hãy kiểm tra lại ngày.
error-person-search-short = Hãy gõ ít nhất tên gọi, hoặc đủ 12 số định danh.

# Cư trú
error-residence-dwelling-unknown = Không tìm thấy chỗ ở này. Hãy chọn lại địa chỉ.
error-residence-commune-unknown = Mã xã { $code } không có trong danh mục hiện nay. Hãy chọn xã theo tên, tên cũ cũng được.
error-residence-address-line = Hãy ghi số nhà, đường hoặc thôn, tối đa 200 ký tự.
error-residence-household-unknown = Không tìm thấy hộ này hoặc hộ đã kết thúc. Hãy tải lại trang rồi chọn lại.
error-residence-household-elsewhere = Hộ này không ở địa chỉ đã chọn. Hãy chọn lại hộ hoặc địa chỉ.
error-residence-end-before-start = Ngày kết thúc phải sau ngày bắt đầu. Hãy chọn lại.
error-residence-too-long = Thời hạn tạm trú tối đa là 2 năm (Luật Cư trú, Điều 27). Hãy chọn ngày gần hơn; sau này bạn có thể gia hạn nhiều lần.
error-residence-same-commune = Người này thường trú ngay trong xã này nên không cần đăng ký tạm trú.
error-residence-already-there = Người này đã đăng ký ở đúng chỗ này rồi. Nếu sắp hết hạn, hãy dùng thủ tục gia hạn.
error-residence-not-registered = Không có đăng ký nào như vậy đang còn hiệu lực. Hãy xem lại thông tin cư trú của bạn.
error-residence-not-later = Ngày mới phải sau ngày hết hạn hiện nay. Hãy chọn ngày xa hơn.
error-residence-before-last-change = Ngày này trước lần thay đổi gần nhất của đăng ký. Hãy chọn ngày muộn hơn.
error-residence-minor-alone = Người chưa đủ 18 tuổi cần có cha, mẹ hoặc người giám hộ cùng đi hoặc đồng ý. Hãy thêm người đó vào hồ sơ.
error-residence-relation-unknown = Hãy chọn quan hệ với chủ hộ trong danh sách.
error-residence-relation-sex = Quan hệ này không hợp với giới tính trong dữ liệu. Hãy chọn lại, hoặc báo nếu dữ liệu sai.
error-residence-relation-age = Tuổi của hai người không hợp với quan hệ này. Hãy chọn lại, hoặc báo nếu ngày sinh trong dữ liệu sai.
error-residence-relation-taken = Hộ đã có người ở vị trí này (chủ hộ, vợ hoặc chồng, bố, mẹ của chủ hộ). Hãy chọn quan hệ khác.
error-residence-member-already = Người này đã là thành viên của hộ.
error-residence-member-unknown = Người này không phải thành viên của hộ, hoặc còn thiếu một thành viên. Hãy tải lại trang rồi chọn lại.
error-residence-person-twice = Một người được ghi hai lần. Hãy bỏ bớt một lần.
error-residence-too-many = Mỗi lần ghi được tối đa { $max } người. Hãy chia thành nhiều hồ sơ.
error-residence-split-empty = Khi tách hộ, hộ cũ phải còn ít nhất một người. Nếu cả hộ chuyển đi, hãy dùng thủ tục đăng ký nơi ở mới.
error-residence-merge-elsewhere = Chỉ nhập được hai hộ ở cùng một chỗ ở.
error-residence-head-minor = Chủ hộ phải từ đủ 18 tuổi, trừ khi cả hộ đều chưa đủ tuổi. Hãy chọn người khác.
error-residence-stay-long = Lưu trú dưới 30 ngày. Nếu ở lâu hơn, hãy đăng ký tạm trú.
error-residence-absent-already = Đã có khai báo tạm vắng cho những ngày này. Hãy kết thúc khai báo cũ trước.

# Dữ liệu mẫu
error-registers-not-empty = Kho dữ liệu đã có người, nên không tạo dữ liệu mẫu đè lên. Hãy dùng thư mục dữ liệu mới.
error-registers-province-empty = Không biết xã nào của tỉnh { $province }. Hãy chọn mã tỉnh trong danh mục 34 tỉnh.

# Ai đã đọc
access-by-self = Bạn
access-by-member = Thành viên trong hộ của bạn
access-by-representative = Người đại diện của bạn
access-by-post = Cán bộ
access-by-person = Người làm thủ tục
access-by-system = Hệ thống, để giải quyết hồ sơ
