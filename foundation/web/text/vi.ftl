# Khung trang và thành phần giao diện
web-skip = Đến nội dung chính
web-demo = Bản trình diễn: người và hồ sơ ở đây đều là giả định.
web-nav-main = Các mục chính
web-nav-bar = Lối tắt
web-nav-services = Dịch vụ
web-nav-dossiers = Hồ sơ của tôi
web-nav-dossiers-short = Hồ sơ
web-nav-data = Dữ liệu của tôi
web-nav-data-short = Dữ liệu
web-nav-inbox = Hộp thư
web-nav-desk = Bàn làm việc
web-nav-desk-short = Hồ sơ
web-nav-viewer = Điều hành
web-nav-counter = Quầy một cửa
web-nav-counter-short = Quầy
web-nav-auditor = Kiểm toán
web-nav-operator = Quản trị
web-unread = chưa đọc
web-role = Làm việc với vai trò
web-role-citizen = Công dân
web-account = Tài khoản và thiết bị
web-sign-in = Đăng nhập
web-sign-out = Đăng xuất
web-crumbs = Bạn đang ở
web-support = Hỗ trợ
web-home = Về trang chủ
web-close = Đóng
web-copy = Sao chép
web-copied = Đã sao chép
web-print = In trang này
web-change = Sửa
web-all = Tất cả
web-filter = Lọc
web-filter-clear = Bỏ lọc
web-fresh = mới
web-loading = Đang tải…
web-stale = Số liệu cũ
web-live = Trực tiếp
web-live-wait = Đang nối…
web-live-lost = Mất kết nối, đang nối lại
web-steps = Các bước
web-step-done = đã xong
web-pages = Các trang
web-page = Trang { $page }
web-page-of = Trang { $page } / { $pages }
web-page-before = Trước
web-page-after = Sau
web-facts-wrong = Có gì chưa đúng?
web-moment-done = Đã xong
web-moment-now = Đang diễn ra
web-moment-next = Sắp tới
web-moment-bad = Không thành
web-today-at = { $time } hôm nay
web-yesterday-at = { $time } hôm qua

# Câu hỏi
web-optional = không bắt buộc
web-choose = Hãy chọn
web-day = Ngày
web-month = Tháng
web-year = Năm
web-error-word = Lỗi
web-errors-title = { $n ->
    [one] Có một chỗ cần xem lại
   *[other] Có { $n } chỗ cần xem lại
}
web-address-hint = Gõ tên mới hoặc tên cũ, có dấu hay không đều được.
web-address-line = Số nhà, thôn, tổ dân phố
web-address-which = Bạn muốn nói đến nơi nào?
web-address-none = Không có xã, phường nào khớp. Hãy thử bớt chữ hoặc gõ tên cũ.
web-address-some = gợi ý, dùng phím mũi tên để chọn
web-file-hint = PDF, ảnh JPEG, PNG hoặc HEIC, mỗi tệp không quá { $max } MB.

# Thời hạn
web-left-days = còn { $n } ngày
web-left-minutes = còn { $n } phút
web-left-today = hôm nay
web-late-days = quá hạn { $n } ngày
web-late-hours = quá hạn { $n } giờ
web-late-minutes = quá hạn { $n } phút

# Trang lỗi
web-error-input = Chưa nhận được
web-error-token = Trang này đã cũ
web-error-sign-in = Hãy đăng nhập
web-error-not-allowed = Bạn chưa được phép
web-error-not-found = Không tìm thấy
web-error-conflict = Đã có thay đổi khác
web-error-busy = Đang rất đông người dùng
web-error-unavailable = Tạm thời chưa dùng được
web-error-bug = Có lỗi từ phía chúng tôi
web-error-trace = Mã vết: { $trace }
web-resend = Gửi lại
web-resend-lead = Những gì bạn đã gõ vẫn còn. Bạn chỉ cần gửi lại.
web-resend-files = Riêng tệp đính kèm thì cần chọn lại.

error-access-not-signed-in = Trang này dành cho người đã đăng nhập. Hãy đăng nhập rồi mở lại.
error-access-not-in-post = Trang này dành cho cán bộ đang làm việc ở vị trí phù hợp. Nếu bạn có vị trí đó, hãy đổi vai trò ở góc trên bên phải.
error-form-token-wrong = Để bảo vệ bạn, mỗi trang chỉ nhận biểu mẫu do chính phiên của bạn mở. Trang bạn vừa gửi được mở ở phiên khác, hoặc trình duyệt đang chặn cookie.
error-form-token-expired = Trang này đã mở quá lâu nên không còn hiệu lực. Chưa có gì được gửi đi.
error-form-foreign-origin = Biểu mẫu này được gửi từ một trang web khác nên không được nhận. Hãy mở trang của chúng tôi và làm lại từ đó.
error-form-too-large = Nội dung gửi lên quá lớn. Hãy giảm dung lượng tệp hoặc gửi từng tệp một.
error-form-unreadable = Chúng tôi không đọc được nội dung vừa gửi. Hãy tải lại trang và gửi lần nữa.
error-form-too-slow = Đường truyền chậm nên chưa nhận đủ nội dung. Hãy thử lại khi mạng tốt hơn.
error-common-timed-out = Việc này mất quá nhiều thời gian nên đã dừng chờ. Hãy xem lại hồ sơ của bạn trước khi gửi lần nữa.
error-common-method = Địa chỉ này không nhận kiểu yêu cầu đó. Hãy quay về trang chủ.
error-form-not-a-number = Hãy gõ một số, ví dụ 12.
error-form-not-money = Hãy gõ số tiền bằng đồng, ví dụ 15.000.
error-date-part-missing = Hãy gõ đủ ngày, tháng và năm.
error-form-not-offered = Hãy chọn một trong các lựa chọn có sẵn.
error-upload-empty = Tệp “{ $name }” không có nội dung. Hãy chọn tệp khác.
error-upload-too-large = Tệp “{ $name }” lớn quá { $max } MB. Hãy giảm dung lượng hoặc chụp lại ở cỡ nhỏ hơn.
error-upload-kind = Tệp “{ $name }” không phải PDF, JPEG, PNG hay HEIC. Hãy chụp ảnh hoặc lưu thành PDF.
error-upload-name-lies = Tên tệp “{ $name }” không khớp với nội dung, thực ra là { $kind }. Hãy chọn đúng tệp hoặc đổi tên cho khớp.
error-upload-damaged = Tệp “{ $name }” bị cắt hoặc hỏng. Hãy mở thử trên máy của bạn rồi chọn lại.
error-upload-too-many = Mỗi lần gửi được nhiều nhất { $max } tệp. Hãy gửi tiếp phần còn lại ở lần sau.
