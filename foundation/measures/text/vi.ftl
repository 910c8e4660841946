error-measures-indicator-file = Tệp chỉ tiêu { $file } chưa dùng được: { $why }. Hãy sửa tệp rồi chạy lại.
error-measures-indicator-unknown = Không có chỉ tiêu này. Hãy chọn từ danh sách.

# Trang điều hành nhỏ
viewer-title = Tỉnh hôm nay
viewer-none-today = hôm nay chưa có
viewer-as-of = đến { $time }
viewer-days = { $days } ngày gần đây
viewer-by-commune = Theo xã, phường, hôm nay
viewer-commune = Xã, phường
viewer-filed = Tiếp nhận
viewer-done = Giải quyết xong
viewer-empty = Hôm nay chưa có hồ sơ
viewer-empty-text = Số liệu tự hiện ra khi có hồ sơ đầu tiên.
method-title = Cách tính các con số
method-lead = Mỗi con số được đếm từ nhật ký của hệ thống, không ai gõ tay.
method-name = Chỉ tiêu
method-how = Cách tính
viewer-numbers = Các con số
