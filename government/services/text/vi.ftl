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

# Trong văn bản
letter-pick-up = qua tài khoản định danh điện tử trên hệ thống
letter-fee-note = theo mức thu của kênh đã nộp
letter-supplement-reason = các nội dung trên cần thiết để giải quyết hồ sơ theo quy định.
letter-refusal-next = Khắc phục lý do nêu trên rồi nộp hồ sơ mới; thông tin đã khai được giữ lại để không phải khai lần nữa.
letter-late-reason = cơ quan giải quyết chưa hoàn thành việc thẩm định trong thời hạn.

# Người và sự việc
sex-male = nam
sex-female = nữ
sex-other = khác
born = sinh { $date }
until-day = đến { $date }
since = từ { $time }
fact-applicant = Người đăng ký
fact-pid = Số định danh
fact-permanent = Thường trú
fact-temporary = Tạm trú
facts-known = Thông tin đã có
facts-source = Theo Cơ sở dữ liệu dân cư, đọc lúc { $time }.
facts-source-filed = Theo Cơ sở dữ liệu dân cư, đọc lúc gửi hồ sơ: { $time }.
answer-none = Chưa trả lời
answer-nobody = Không có ai
people-row = Người thứ { $n }
people-more = Cần thêm dòng? Bấm “Tiếp tục”: điền kín thì sẽ có thêm dòng trống.
people-name = Họ và tên
people-birth = Ngày sinh
people-birth-hint = Ví dụ 12/05/1998, hoặc chỉ năm sinh
people-sex = Giới tính
people-pid = Số định danh cá nhân
people-document = Số hộ chiếu hoặc giấy tờ khác

# Tóm tắt bên lề
sum-title = Cần biết
sum-agency = Nơi giải quyết
sum-fee = Lệ phí
sum-limit = Thời hạn
sum-due = Đủ điều kiện ngay bây giờ thì có kết quả muộn nhất { $date }
sum-median = Thường mất

# Trang bắt đầu và câu hỏi
apply-note = Bạn nên biết
apply-cannot = Hiện chưa làm được
apply-draft = Bạn có một bản đang khai dở.
apply-go-on = Khai tiếp
apply-discard = Bỏ bản nháp
apply-discarded = Đã bỏ bản nháp.
apply-sign-in = Đăng nhập để bắt đầu
apply-level-two = Dịch vụ này cần tài khoản định danh mức độ 2. Hãy mang thẻ căn cước đến công an xã hoặc trung tâm phục vụ hành chính công để nâng mức; việc này miễn phí.
apply-begin = Bắt đầu
apply-case = Bạn làm cho trường hợp nào?
apply-what-happens = Việc diễn ra thế nào
apply-happens-1 = Những gì Nhà nước đã biết được lấy sẵn. Bạn chỉ trả lời những câu còn lại.
apply-happens-2 = Bạn xem lại, thấy rõ lệ phí và ngày có kết quả, rồi gửi.
apply-happens-consent = Người liên quan được hỏi ý kiến trên tài khoản của họ:
apply-happens-3 = Cán bộ xem xét, lãnh đạo ký số. Kết quả nằm trong hộp thư của bạn.
apply-papers = Giấy tờ
apply-papers-only = Chỉ cần khi dữ liệu chưa chứng minh được:
apply-basis = Căn cứ pháp lý
apply-uncertain = Điều chưa chắc chắn trong bản mô tả này
apply-channels = Cách nộp
apply-no-papers = Không cần giấy tờ nào: dữ liệu đã chứng minh đủ.
apply-some-papers = Cần kèm giấy tờ, vì dữ liệu chưa chứng minh được.
apply-step-known = Đã biết
apply-step-ask = Câu hỏi
apply-step-check = Kiểm tra và gửi
apply-more-title = Còn câu hỏi
apply-more = Từ câu trả lời của bạn, chúng tôi cần hỏi thêm vài điều bên dưới.
apply-continue = Tiếp tục
apply-later = Lưu, làm tiếp sau
apply-kept = Đã lưu bản nháp. Bạn có thể khai tiếp bất cứ lúc nào.
apply-consent = { $name }: { $what }

# Kiểm tra và gửi
check-title = Kiểm tra rồi gửi
check-answers = Bạn đã trả lời
check-checked = Hệ thống đã kiểm tra
check-consents = Người sẽ được hỏi ý kiến
check-files = Giấy tờ kèm theo
check-next = Điều gì xảy ra tiếp theo
check-promise = { $agency } nhận hồ sơ. Đủ điều kiện hôm nay thì có kết quả muộn nhất { $due }.
check-pay = Lệ phí phải nộp: { $amount }, trả sau khi gửi.
check-free = Bạn không phải nộp lệ phí.
check-send = Gửi hồ sơ
check-back = Sửa câu trả lời

# Hồ sơ
list-procedure = Thủ tục
list-code = Mã hồ sơ
list-filed = Ngày gửi
list-state = Trạng thái
list-due = Hạn trả
list-empty = Bạn chưa gửi hồ sơ nào
list-empty-text = Khi bạn gửi, hồ sơ nằm ở đây và tự cập nhật từng bước.
list-empty-go = Xem các dịch vụ
list-drafts = Đang khai dở
list-draft-at = Lưu lúc { $time }
list-sent = Đã gửi
dossier-sent = Đã gửi hồ sơ
dossier-pay = Nộp lệ phí { $amount }
dossier-timeline = Diễn biến
dossier-letters = Văn bản
dossier-declared = Đã khai
dossier-readers = Ai đã đọc dữ liệu của bạn trong hồ sơ này
dossier-readers-none = Chưa có cán bộ nào mở hồ sơ.
dossier-readers-all = Xem tất cả các lần đọc
dossier-withdraw-sure = Rút rồi thì hồ sơ kết thúc. Muốn làm lại, bạn gửi hồ sơ mới; những gì đã khai có thể dùng lại.
dossier-withdrawn = Đã rút hồ sơ.
dossier-supplement-sent = Đã gửi bổ sung. Thời hạn lại tiếp tục tính.
supplement-title = Cần bạn bổ sung
supplement-asked = Cán bộ viết:
next-pay = Hãy nộp lệ phí { $amount } để hồ sơ được xem xét.
next-consent = Đang chờ ý kiến của { $names }. Bạn không cần làm gì.
next-supplement = Cán bộ cần bạn bổ sung. Hãy xem bên dưới.
next-due = { $agency } đang giải quyết. Bạn không cần làm gì. Kết quả muộn nhất { $due }.
next-wait = { $agency } đã nhận. Bạn không cần làm gì.
next-done = Đã có kết quả. Văn bản ký số ở bên dưới.
next-refused = Hồ sơ không được giải quyết. Lý do và căn cứ ở bên dưới.
ahead-accepted = { $agency } xem xét
ahead-proposed = Lãnh đạo ký kết quả
ahead-done = Thông báo kết quả, cập nhật dữ liệu
act-reason = Lý do: { $reason }
act-basis = Căn cứ: { $basis }
act-letter = Đã ký số: { $letter }
act-acknowledge = Đã ghi nhận
act-confirm = Đã xác nhận
letter-receipt = Giấy tiếp nhận và hẹn trả
letter-supplement = Phiếu yêu cầu bổ sung
letter-result = Kết quả giải quyết
letter-refusal = Thông báo từ chối
letter-late = Phiếu xin lỗi và hẹn lại
letter-being-made = đang lập và ký số

# Ý kiến đồng ý
consent-title = Xin ý kiến của bạn
consent-heading = { $name } xin ý kiến của bạn
consent-who = Người xin ý kiến
consent-what = Về việc
consent-source = Người nộp đã đăng nhập bằng tài khoản định danh.
consent-details = Nội dung hồ sơ
consent-basis = Căn cứ: { $basis }
consent-note = Lời nhắn (không bắt buộc)
consent-yes = Tôi đồng ý
consent-no = Tôi không đồng ý
consent-until = Bạn có thể trả lời đến hết { $date }. Không ai được ép bạn trả lời.
consent-given = Bạn đã đồng ý
consent-refused = Bạn đã không đồng ý
consent-thanks-yes = Đã ghi nhận ý kiến đồng ý của bạn.
consent-thanks-no = Đã ghi nhận: bạn không đồng ý.
consent-back = Về hộp thư

# Hộp thư
inbox-empty = Hộp thư trống
inbox-empty-text = Thông báo về hồ sơ và yêu cầu xin ý kiến sẽ đến đây.
inbox-new = mới
inbox-mark = Đánh dấu đã đọc tất cả
inbox-all-read = Đã đánh dấu tất cả là đã đọc.

# Nộp lệ phí
pay-title = Nộp lệ phí
pay-lead = { $amount } cho hồ sơ { $code }.
pay-paid = Hồ sơ này đã nộp lệ phí.
pay-back = Về hồ sơ
pay-qr = Quét mã bằng ứng dụng ngân hàng
pay-how = Số tiền và nội dung đã có sẵn trong mã. Đừng sửa nội dung chuyển khoản.
pay-after = Sau khi trả
pay-after-text = Ngân hàng báo cho chúng tôi trong ít giây, hồ sơ tự chuyển bước. Bạn có thể đóng trang này.
pay-demo = Ngân hàng mô phỏng
pay-demo-text = Chỉ có trong bản trình diễn: không có tiền thật. Nút này gửi thông báo như một ngân hàng sẽ gửi.
pay-demo-button = Giả như đã trả { $amount }
pay-payload = Nội dung mã QR
pay-thanks = Đã nhận lệ phí.

# Trang chủ và danh mục
home-title = Trang chủ
home-hello = Hôm nay bạn cần làm gì?
home-hello-name = Chào { $name }, hôm nay bạn cần làm gì?
home-example = Ví dụ: tạm trú, vắng nhà, khách ở lại
home-find = Tìm
home-demo = Đây là bản trình diễn
home-demo-text = Tất cả mọi người ở đây đều do máy tạo ra. Hãy chọn một vai để đi trọn một hồ sơ từ lúc khai đến lúc ký.
home-demo-go = Chọn vai
home-waiting = Đang chờ bạn
home-your-word = Xin ý kiến
home-answer = Trả lời
home-open = Xem hồ sơ
home-services = Dịch vụ
home-today = Tỉnh hôm nay
home-as-of = Cập nhật { $time }
home-how = Cách tính
services-search = Tìm dịch vụ
services-none = Không tìm thấy dịch vụ nào
services-none-text = Hãy thử từ khác, ví dụ “tạm trú” hoặc “vắng”. Có dấu hay không đều được.
services-all = Xem tất cả dịch vụ
metric-done = hồ sơ giải quyết xong
metric-on-time = đúng hoặc trước hạn
metric-online = nộp trực tuyến
metric-median = trung vị thời gian giải quyết
metric-none = chưa có
letter-declaration = Tờ khai điện tử
minutes = { $n } phút
hours = { $n } giờ
days = { $n } ngày
apply-commune-choose = Chưa rõ bạn muốn nói xã, phường nào. Hãy chọn một nơi trong danh sách, hoặc gõ thêm tên tỉnh.

# Bàn làm việc
desk-queue = Hàng việc
desk-mine = Chờ tôi
desk-open = Đang mở
desk-ended = Đã xong
desk-search = Tìm tên hoặc mã hồ sơ
desk-choose = Chọn một hồ sơ
desk-choose-text = Hồ sơ gấp nhất đứng đầu hàng. Hồ sơ mới tự hiện ra, không cần tải lại trang.
desk-empty = Không có hồ sơ nào chờ
desk-empty-text = Hồ sơ mới sẽ tự hiện ra ở đây.
desk-known = Dữ liệu đọc từ cơ sở dữ liệu
desk-known-source = Các mục này đọc từ cơ sở dữ liệu; người khai không nhập. Lần mở này được ghi lại và người dân thấy được.
desk-answers = Người khai đã trả lời
desk-checked = Máy đã kiểm tra
desk-consent-of = Ý kiến của { $name }
desk-consent-asked = chưa trả lời
desk-consent-given = đồng ý
desk-consent-refused = không đồng ý
desk-owner = chủ chỗ ở
desk-household-size = chủ hộ, { $n } người
desk-free = không thu lệ phí
desk-paid = đã nộp { $amount }
desk-unpaid = chưa nộp { $amount }
desk-received = gửi { $time }
desk-note = Lời nhắn
desk-reason = Lý do
desk-basis = Căn cứ
desk-proposal = Đề xuất của cán bộ
desk-write-note = Viết gì cho người nhận?
desk-write-note-hint = Mỗi dòng một ý, viết đủ trong một lần.
desk-write-reason = Lý do từ chối
desk-write-reason-hint = Viết để người dân hiểu được, mỗi dòng một lý do.
desk-write-basis = Căn cứ pháp lý
desk-done = { $what }.
desk-new = Có hồ sơ mới
desk-aside = Căn cứ và diễn biến
desk-law = Căn cứ
desk-dwelling = Tại chỗ ở này
desk-keys = Phím tắt
desk-keys-text = j k: lên xuống · Enter: mở · a: đồng ý · s: yêu cầu bổ sung · r: từ chối · t: trả lại · /: tìm
desk-keys-on = Bật phím tắt
state-proposed-refusal = Chờ lãnh đạo xem đề xuất từ chối
ahead-proposed-refusal = Lãnh đạo xem xét
