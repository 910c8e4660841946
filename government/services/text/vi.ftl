# Lỗi
error-dossier-unknown = Không có hồ sơ này, hoặc hồ sơ không thuộc về bạn. Hãy xem lại mã hồ sơ trong “Hồ sơ của tôi”.
error-dossier-wrong-state = Hồ sơ đã chuyển sang bước khác nên việc này không còn làm được. Hãy tải lại trang để xem bước hiện tại.
error-dossier-not-yours = Phân công của bạn không gồm bước này hoặc địa bàn này. Hãy chuyển sang vai trò phù hợp hoặc báo người phụ trách.
error-dossier-same-person = Người đề xuất không được tự phê duyệt. Hãy để một lãnh đạo khác xem xét.
error-dossier-own-matter = Bạn không được giải quyết hồ sơ của chính mình hoặc có liên quan đến mình. Hãy chuyển cho đồng nghiệp.
error-dossier-supplement-once = Thủ tục này chỉ được yêu cầu bổ sung { $max } lần, và đã yêu cầu rồi. Hãy đề xuất đồng ý hoặc từ chối.
error-dossier-reason-missing = Từ chối thì phải nêu lý do. Hãy viết lý do để người dân hiểu được.
error-dossier-basis-missing = Từ chối thì phải nêu căn cứ pháp lý, ví dụ: Điều 28 Luật Cư trú.
error-dossier-note-missing = Hãy viết rõ người dân cần bổ sung hoặc sửa gì.
error-dossier-procedure-changed = Thủ tục vừa đổi sang bản mới trong lúc bạn đang khai. Câu trả lời của bạn vẫn còn; hãy kiểm tra lại rồi gửi.
error-procedure-unknown = Không có dịch vụ ở địa chỉ này. Hãy tìm trong danh mục dịch vụ.
error-procedure-level-low = Dịch vụ này cần tài khoản định danh mức độ { $level }. Hãy đến công an xã hoặc trung tâm phục vụ hành chính công với thẻ căn cước để nâng mức.
error-procedure-channel-closed = Dịch vụ này không nhận hồ sơ theo cách này. Hãy xem các cách nộp trên trang dịch vụ.
error-consent-unknown = Không có yêu cầu xin ý kiến này, hoặc yêu cầu không gửi cho bạn.
error-consent-answered = Ý kiến này đã được trả lời rồi.
error-consent-expired = Đã quá hạn trả lời. Người nộp có thể gửi hồ sơ mới để xin ý kiến lại.
error-payment-paid-already = Hồ sơ này đã nộp lệ phí rồi. Bạn không cần trả thêm.
error-payment-wrong-amount = Số tiền không đúng lệ phí phải nộp là { $due }.
error-payment-bad-signature = Thông báo thanh toán không đến từ nơi được phép.
error-evidence-missing = Cần có giấy tờ này. Hãy chọn tệp ảnh hoặc PDF.
error-evidence-too-many = Mỗi hồ sơ nhận nhiều nhất { $max } tệp.
error-evidence-kind = Chỉ nhận tệp PDF, JPEG, PNG hoặc HEIC.
error-letter-not-ready = Văn bản đang được lập và ký số. Hãy đợi ít giây rồi thử lại.
error-upload-vault = Không mở được tệp đã lưu. Chúng tôi đã được báo; hãy thử lại sau.
error-verify-unknown = Không có văn bản nào mang mã này. Hãy xem lại từng ký tự của mã in trên văn bản.
error-counter-confirmation-missing = Người dân cần tự xác nhận trước khi gửi. Hãy đọc lại nội dung cho họ nghe và nhập mã xác nhận.
error-counter-person-unknown = Không có ai mang số định danh này trong Cơ sở dữ liệu dân cư. Hãy xem lại số trên thẻ.

# Trạng thái hồ sơ
state-filed = Chờ đủ điều kiện
state-accepted = Đang xem xét
state-wait-supplement = Chờ bổ sung
state-proposed = Chờ lãnh đạo ký
state-done = Đã xong
state-refused = Không được giải quyết
state-refused-intake = Không được tiếp nhận
state-withdrawn = Đã rút

# Cách nộp
channel-online = Trực tuyến
channel-counter = Tại quầy
channel-assisted = Có người giúp

# Việc đã làm, trên dòng thời gian
act-file = Đã gửi hồ sơ
act-accept = Hồ sơ đủ điều kiện, bắt đầu tính thời hạn
act-reject = Không được tiếp nhận
act-propose = Cán bộ đề xuất đồng ý
act-propose-refuse = Cán bộ đề xuất từ chối
act-ask-more = Cán bộ yêu cầu bổ sung
act-send = Đã bổ sung
act-approve = Lãnh đạo đã phê duyệt
act-refuse = Lãnh đạo từ chối giải quyết
act-return = Lãnh đạo trả lại để xem thêm
act-withdraw = Đã rút hồ sơ
act-pay = Đã nộp lệ phí { $amount }
act-consent-asked = Đã xin ý kiến { $name }
act-consent-given = { $name } đồng ý
act-consent-refused = { $name } không đồng ý
act-consent-expired = { $name } không trả lời đúng hạn

# Nút của cán bộ
do-propose = Đề xuất đồng ý
do-propose-refuse = Đề xuất từ chối
do-ask-more = Yêu cầu bổ sung
do-approve = Phê duyệt và ký
do-refuse = Từ chối
do-return = Trả lại cán bộ
do-send = Gửi bổ sung
do-withdraw = Rút hồ sơ
do-acknowledge = Ghi nhận
do-confirm = Xác nhận

# Thông báo trong hộp thư
inbox-filed = Đã nhận hồ sơ { $code } – { $procedure }.
inbox-accepted = Hồ sơ { $code } đủ điều kiện. Kết quả muộn nhất { $due }.
inbox-wait-supplement = Hồ sơ { $code } cần bổ sung: hãy mở để xem cán bộ viết gì.
inbox-done = Hồ sơ { $code } đã có kết quả.
inbox-refused = Hồ sơ { $code } không được giải quyết. Hãy mở để xem lý do và căn cứ.
inbox-refused-intake = Hồ sơ { $code } không được tiếp nhận. Hãy mở để xem lý do.
inbox-late = Hồ sơ { $code } bị chậm. Cơ quan xin lỗi và hẹn lại { $due }.
inbox-letter = Văn bản của hồ sơ { $code } đã ký số, có thể tải về.
inbox-consent-asked = { $name } xin ý kiến của bạn về việc: { $procedure }.
inbox-consent-withdrawn = Hồ sơ { $code } đã kết thúc, bạn không cần trả lời nữa.
inbox-expiring = Tạm trú của bạn hết hạn ngày { $until }. Bạn có thể gia hạn ngay bây giờ.
