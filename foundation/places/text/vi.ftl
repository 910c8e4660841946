# Địa giới hành chính
places-none = Không tìm thấy xã, phường nào cho “{ $q }”. Hãy kiểm tra lại cách viết, hoặc thêm tên tỉnh.
places-was = trước đây: { $unit }
places-now = nay: { $unit }
places-divided-note = được chia cho nhiều xã, hãy xem địa chỉ cụ thể
places-on-day = { $code }  { $unit } (ngày { $on })
places-made-of-head = Được lập ngày 01/07/2025 từ:
places-part = (một phần)
places-same = { $unit } vẫn giữ nguyên giữa hai ngày này.
places-became = Từ 01/07/2025, { $old } thuộc { $new }.
places-divided = Ngày 01/07/2025, { $old } được chia vào { $count } xã, phường; phần lớn trường hợp là { $new }. Hãy xem địa chỉ cụ thể để chọn đúng.
places-earlier = Trước năm 2025, { $old } đã nhập vào { $into } (chậm nhất ngày { $by }; suy ra từ danh mục, chưa đối chiếu nghị quyết). Nay là { $new }.
places-made-of = { $unit } được lập ngày 01/07/2025 từ: { $from }.
places-merged = Từ { $on }, { $old } nhập vào { $new }.
places-problem = Chưa tra được địa danh

error-place-unknown = Không có xã, phường nào mang mã { $code }. Hãy chọn xã từ danh sách gợi ý.
error-place-not-on-date = { $when ->
    [gone] Mã { $code } ({ $place }) chỉ dùng đến hết ngày 30/06/2025, nên không dùng được cho ngày { $on }. Từ 01/07/2025, nơi này là: { $others }. Hãy chọn lại xã.
    [earlier] Mã { $code } ({ $place }) không còn dùng vào ngày { $on }; nơi này đã nhập vào { $others }. Hãy chọn lại xã.
    [merged] Mã { $code } ({ $place }) chỉ dùng đến hết ngày { $last }, nên không dùng được cho ngày { $on }. Nơi này đã nhập vào: { $others }. Hãy chọn lại xã.
   *[early] Mã { $code } ({ $place }) chỉ có từ ngày 01/07/2025. Vào ngày { $on }, nơi này là: { $others }. Hãy chọn lại xã.
}
error-place-province-unknown = Không có tỉnh, thành phố nào mang mã { $code }. Hãy chọn tỉnh từ danh sách.
error-place-province-not-on-date = Mã { $code } ({ $place }) không dùng vào ngày { $on }. Từ 01/07/2025, nơi này thuộc { $others }. Hãy chọn lại tỉnh.
error-place-merged-itself = Một xã không thể nhập vào chính nó. Hãy chọn xã nhận.
error-place-merged-province = Hai xã thuộc hai tỉnh khác nhau. Hãy chọn hai xã của cùng một tỉnh.
error-place-merged-early = Ngày nhập phải sau ngày { $on }, ngày bắt đầu của danh mục xã hiện nay.
error-place-merged-twice = Đã có quyết định nhập { $place } vào xã khác. Hãy hủy quyết định đó trước.
error-place-merged-gone = { $place } không còn từ ngày { $on } nên không thể nhận thêm xã khác. Hãy chọn xã còn lại sau ngày đó.
