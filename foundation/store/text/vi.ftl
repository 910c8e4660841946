error-store-database-newer = Cơ sở dữ liệu này do bản chương trình mới hơn tạo ra. Hãy chạy bản chương trình mới hơn; dữ liệu chưa bị thay đổi.
error-store-database-damaged = Tệp cơ sở dữ liệu bị hỏng, hoặc không phải của chương trình này. Hãy khôi phục từ bản sao lưu gần nhất; tệp chưa bị thay đổi.
error-store-database-url = Địa chỉ cơ sở dữ liệu phải bắt đầu bằng “sqlite:” hoặc “postgres://”.
error-store-no-space = Ổ đĩa đã đầy hoặc không ghi được, nên chưa lưu được gì. Hãy thử lại sau ít phút; những gì bạn gõ vẫn còn.
error-store-queue-full = Đang có quá nhiều người gửi cùng lúc. Hãy đợi ít giây rồi gửi lại; những gì bạn gõ vẫn còn.
error-store-away = Tạm thời chưa nối được cơ sở dữ liệu. Hãy thử lại sau ít phút; chưa có gì bị thay đổi.
error-store-constraint = Việc này đã được ghi trước đó. Hãy tải lại trang để xem.
error-store-schema-changed = Cơ sở dữ liệu này do một bản chương trình khác tạo ra, các bảng không khớp. Hãy chạy đúng bản đã tạo ra nó, hoặc tạo cơ sở dữ liệu mới; dữ liệu chưa bị thay đổi.
