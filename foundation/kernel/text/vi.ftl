# Lời dùng chung
weekday-1 = thứ Hai
weekday-2 = thứ Ba
weekday-3 = thứ Tư
weekday-4 = thứ Năm
weekday-5 = thứ Sáu
weekday-6 = thứ Bảy
weekday-7 = Chủ nhật

# Thời hạn và đồng hồ hồ sơ
budget-working-days = { $n } ngày làm việc
budget-days = { $n } ngày
budget-hours = { $n } giờ
budget-same-day = trong ngày (nhận sau { $cutoff } thì ngày làm việc tiếp theo)
clock-left-working-days = { $n ->
    [0] hạn hôm nay
   *[other] còn { $n } ngày làm việc
}
clock-left-days = { $n ->
    [0] hạn hôm nay
   *[other] còn { $n } ngày
}
clock-left-hours = còn { $n } giờ
clock-left-minutes = { $n ->
    [0] còn chưa đến 1 phút
   *[other] còn { $n } phút
}
clock-over-working-days = { $n ->
    [0] quá hạn từ cuối giờ làm việc
   *[other] quá hạn { $n } ngày làm việc
}
clock-over-days = { $n ->
    [0] quá hạn từ cuối giờ làm việc
   *[other] quá hạn { $n } ngày
}
clock-over-hours = quá hạn { $n } giờ
clock-over-minutes = { $n ->
    [0] vừa quá hạn
   *[other] quá hạn { $n } phút
}
clock-stopped-working-days = { $n ->
    [0] đang tạm dừng
   *[other] đang tạm dừng, còn { $n } ngày làm việc
}
clock-stopped-days = đang tạm dừng, còn { $n } ngày
clock-stopped-hours = đang tạm dừng, còn { $n } giờ
clock-stopped-minutes = đang tạm dừng, còn { $n } phút

# Lỗi dùng chung
error-person-id-shape = Số định danh cá nhân có đúng 12 chữ số. Hãy xem mặt trước thẻ căn cước và gõ lại.
error-place-commune-code-shape = Mã xã có đúng 5 chữ số, “{ $code }” thì không. Hãy chọn xã từ danh sách gợi ý.
error-place-province-code-shape = Mã tỉnh có đúng 2 chữ số, “{ $code }” thì không. Hãy chọn tỉnh từ danh sách.
error-date-unreal = Ngày này không có trong lịch. Hãy gõ lại ngày, tháng, năm.
error-form-missing = Bạn chưa trả lời câu này.
error-form-too-long = Câu trả lời dài quá { $max } ký tự. Hãy viết ngắn hơn.
error-calendar-past-table = Lịch làm việc mới có đến hết năm { $year }, nên chưa tính được hạn xa hơn. Người quản trị cần thêm lịch năm sau.
error-calendar-before-table = Lịch làm việc chỉ bắt đầu từ năm { $year }, nên không tính được hạn từ ngày sớm hơn. Hãy kiểm tra lại ngày bắt đầu.
error-calendar-file = Không dùng được dòng { $line } của tệp lịch { $file }. Hãy sửa dòng đó rồi khởi động lại.
error-calendar-line = Không đọc được “{ $line }”. Mỗi dòng có dạng: NGÀY SỐ ĐƠN-VỊ, ví dụ “2026-02-12 3 working-days”; đơn vị là working-days, days, hours hoặc same-day.
error-calendar-budget-shape = Không đọc được thời hạn “{ $text }”. Hãy viết một số và đơn vị, ví dụ “3 working-days”, “20 days”, “1 hours” hoặc “same-day”.
error-access-not-allowed = Bạn không có quyền làm việc này. Nếu bạn cho là nhầm, hãy liên hệ cơ quan giải quyết.
error-common-not-found = Không tìm thấy. Hãy kiểm tra lại địa chỉ hoặc quay về trang chủ.
error-common-changed-meanwhile = Người khác vừa thay đổi mục này. Hãy tải lại trang để xem bản mới rồi làm tiếp.
error-common-busy = Hệ thống đang rất bận. Hãy đợi ít giây rồi thử lại; những gì bạn gõ vẫn còn.
error-common-unavailable = Một phần hệ thống tạm thời chưa dùng được. Hãy thử lại sau ít phút; chưa có gì bị thay đổi.
error-common-bug = Có lỗi từ phía chúng tôi, không phải từ bạn. Hãy thử lại; nếu vẫn lỗi, hãy báo cho nơi hỗ trợ kèm mã vết.
