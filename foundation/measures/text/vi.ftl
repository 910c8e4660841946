error-measures-indicator-file = Tệp chỉ tiêu { $file } chưa dùng được: { $why }. Hãy sửa tệp rồi chạy lại.
error-measures-indicator-unknown = Không có chỉ tiêu này. Hãy chọn từ danh sách.
