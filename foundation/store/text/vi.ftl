error-store-database-newer = Cơ sở dữ liệu này do bản chương trình mới hơn tạo ra. Hãy chạy bản chương trình mới hơn; dữ liệu chưa bị thay đổi.
error-store-database-damaged = Tệp cơ sở dữ liệu bị hỏng, hoặc không phải của chương trình này. Hãy khôi phục từ bản sao lưu gần nhất; tệp chưa bị thay đổi.
error-store-database-url = Địa chỉ cơ sở dữ liệu phải bắt đầu bằng “sqlite:” hoặc “postgres://”.
error-store-no-space = Ổ đĩa đã đầy hoặc không ghi được, nên chưa lưu được gì. Hãy thử lại sau ít phút; những gì bạn gõ vẫn còn.
error-store-queue-full = Đang có quá nhiều người gửi cùng lúc. Hãy đợi ít giây rồi gửi lại; những gì bạn gõ vẫn còn.
error-store-away = Tạm thời chưa nối được cơ sở dữ liệu. Hãy thử lại sau ít phút; chưa có gì bị thay đổi.
error-store-constraint = Việc này đã được ghi trước đó. Hãy tải lại trang để xem.
error-store-schema-changed = Cơ sở dữ liệu này do một bản chương trình khác tạo ra, các bảng không khớp. Hãy chạy đúng bản đã tạo ra nó, hoặc tạo cơ sở dữ liệu mới; dữ liệu chưa bị thay đổi.
error-store-journal-damaged = Nhật ký trong cơ sở dữ liệu bị thiếu mục hoặc mã băm. Hãy dừng ghi, chạy “lienthong journal verify” để biết chỗ sai, rồi so với bản sao lưu.
error-store-journal-dropped = Các mục nhật ký từ 1 đến { $n } đã được niêm cất và không còn trong cơ sở dữ liệu. Người vận hành hãy đưa chúng trở lại bằng “lienthong journal restore”, rồi thử lại.
error-store-journal-kept = Chỉ có thể gỡ các mục nhật ký đến số { $n }: phần sau chưa đủ 256 mục, còn cần cho việc đánh số, hoặc còn có phần theo dõi chưa xem. Hãy đợi phần theo dõi chạy kịp rồi thử lại.
error-store-journal-foreign = Các mục nhật ký từ số { $n } trong tệp niêm cất không phải là những mục đã gỡ khỏi cơ sở dữ liệu này. Hãy dùng đúng tệp niêm cất; chưa có gì bị thay đổi.

store-fault-missing = Thiếu mục { $n }.
store-fault-changed = Mục { $n } không còn như khi được ghi.
store-fault-tree = Mã băm số { $n } ở tầng { $level } của cây bị thiếu hoặc sai.
store-fault-subjects = Bảng tra theo người không khớp với mục { $n }.
