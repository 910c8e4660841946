error-paper-unknown-letter = Chương trình chưa có mẫu văn bản này. Lỗi đã được ghi lại để người vận hành xử lý; bạn không cần làm gì thêm.
error-paper-template = Chưa lập được văn bản vì mẫu có lỗi. Lỗi đã được ghi lại để người vận hành xử lý; hồ sơ của bạn vẫn còn nguyên.
error-paper-too-large = Văn bản dài quá giới hạn cho phép. Hãy chia nội dung thành nhiều văn bản rồi thử lại.
error-paper-too-slow = Lập văn bản quá lâu nên đã dừng lại. Chương trình sẽ tự thử lại; bạn có thể quay lại sau ít phút.
error-paper-memory = Chưa lập được văn bản vì cần nhiều bộ nhớ hơn mức cho phép. Chương trình sẽ tự thử lại; bạn có thể quay lại sau ít phút.
error-paper-crashed = Việc lập văn bản bị ngắt giữa chừng. Chương trình sẽ tự thử lại; bạn có thể quay lại sau ít phút.
error-paper-not-started = Chưa khởi động được phần lập văn bản. Chương trình sẽ tự thử lại; bạn có thể quay lại sau ít phút.
error-paper-busy = Đang có nhiều văn bản chờ lập. Hãy đợi ít giây rồi thử lại.
