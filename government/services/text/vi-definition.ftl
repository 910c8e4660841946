# Câu trả lời
error-form-option = Câu trả lời này không có trong danh sách. Hãy chọn một trong các mục được đưa ra.
error-form-range = Số phải từ { $low } đến { $high }.
error-form-count = Hãy chọn hoặc khai từ { $low } đến { $high } người.
error-form-twice = Số định danh này đã có ở dòng trên. Mỗi người chỉ khai một lần.
error-form-birth-ahead = Ngày sinh không thể ở tương lai. Hãy xem lại.
error-form-shape = Câu trả lời chưa đúng dạng. Hãy nhập lại theo gợi ý.
error-procedure-rule = Câu trả lời chưa đúng quy định của thủ tục này. Hãy xem lại.
error-procedure-check = Yêu cầu chưa đủ điều kiện của thủ tục này. Hãy xem lại các câu trả lời.

# lienthong check
check-good = Đã kiểm tra { $files } tệp: không có lỗi nào.
check-bad = Đã kiểm tra { $files } tệp: { $findings } lỗi. Chưa thể ban hành.
check-empty = { $folder }: trong thư mục này không có tệp .toml nào.
check-unreadable = { $file }: không đọc được tệp này.

# Lỗi trong tệp thủ tục: mỗi lỗi một câu nói điều sai và một câu nói cách sửa.
finding-toml = Không đọc được TOML: { $what }.
finding-toml-fix = Hãy sửa dòng này theo cú pháp TOML; mã số phải đặt trong ngoặc kép.
finding-shape-unknown-key = Không có khóa “{ $key }” ở đây.
finding-shape-unknown-key-fix = { $near ->
    [none] Hãy bỏ khóa này; các khóa được dùng có trong docs/procedures.md.
   *[other] Có phải ý bạn là “{ $near }”?
 }
finding-shape-missing-key = Thiếu khóa “{ $key }”.
finding-shape-missing-key-fix = Hãy thêm “{ $key }”; docs/procedures.md có ví dụ.
finding-shape-type = Giá trị là { $got }, trong khi cần { $wanted }.
finding-shape-type-fix = Hãy viết lại giá trị: chữ đặt trong ngoặc kép, số và ngày thì không.
finding-shape-empty = Danh sách này đang trống.
finding-shape-empty-fix = Hãy ghi ít nhất một mục.
finding-shape-option = “{ $value }” không phải một trong: { $options }.
finding-shape-option-fix = { $near ->
    [none] Hãy chọn một giá trị trong danh sách.
   *[other] Có phải ý bạn là “{ $near }”?
 }
finding-shape-range = Số nằm ngoài khoảng cho phép, từ { $low } đến { $high }.
finding-shape-range-fix = Hãy ghi một số trong khoảng đó.
finding-shape-blank = Chỗ này phải có chữ.
finding-shape-blank-fix = Hãy viết nội dung, đủ cả tiếng Việt (vi) và tiếng Anh (en).
finding-shape-long = Dài quá { $max } ký tự.
finding-shape-long-fix = Hãy viết ngắn lại.
finding-shape-pattern = “{ $value }” không đúng mẫu { $pattern }.
finding-shape-pattern-fix = Hãy viết đúng mẫu; docs/procedures.md có ví dụ.
finding-expression-long = Biểu thức dài quá { $max } ký tự.
finding-expression-long-fix = Hãy tách thành nhiều điều kiện.
finding-expression-syntax = Biểu thức viết chưa đúng: { $what }.
finding-expression-syntax-fix = Hãy xem lại dấu ngoặc, dấu nháy và toán tử.
finding-expression-not-allowed = Ngôn ngữ của tệp thủ tục không có “{ $what }”.
finding-expression-not-allowed-fix = Hãy dùng các toán tử và hàm nêu trong docs/procedures.md; để hỏi có hay không thì so sánh với null.
finding-expression-function = Không có hàm “{ $name }”.
finding-expression-function-fix = { $near ->
    [none] Hãy dùng một hàm nêu trong docs/procedures.md.
   *[other] Có phải ý bạn là “{ $near }”?
 }
finding-expression-name = Ở đây không có tên “{ $name }”.
finding-expression-name-fix = { $near ->
    [none] Hãy dùng tên có ở chỗ này, chẳng hạn today, known, ask.
   *[other] Có phải ý bạn là “{ $near }”?
 }
finding-expression-field = { $of } không có “{ $field }”, hoặc câu hỏi ấy đến sau.
finding-expression-field-fix = { $near ->
    [none] Hãy thêm mục này vào known.facts, hoặc hỏi trước khi dùng.
   *[other] Có phải ý bạn là “{ $near }”?
 }
finding-expression-no-fields = { $path } là { $type }, không có phần nào bên trong.
finding-expression-no-fields-fix = Hãy bỏ phần sau dấu chấm.
finding-expression-may-be-empty = { $path } có thể trống: chưa hỏi, chưa trả lời, hoặc cơ sở dữ liệu không có.
finding-expression-may-be-empty-fix = Hãy đặt trước nó “{ $path } != null && …”, hoặc một điều kiện when.
finding-expression-types = Không dùng “{ $sign }” giữa { $left } và { $right } được.
finding-expression-types-fix = Hãy so sánh hai giá trị cùng kiểu; cộng vào ngày thì dùng days(…).
finding-expression-never-empty = { $path } luôn có giá trị, nên so với null là thừa.
finding-expression-never-empty-fix = Hãy bỏ phép so sánh này, hoặc xem lại tên.
finding-expression-word = { $path } không bao giờ bằng “{ $word }”.
finding-expression-word-fix = { $near ->
    [none] Hãy dùng một giá trị mà nó có thể nhận.
   *[other] Có phải ý bạn là “{ $near }”?
 }
finding-expression-arguments = Hàm { $function } cần { $wanted } đối số.
finding-expression-arguments-fix = Hãy ghi đủ đối số như trong docs/procedures.md.
finding-expression-argument = Hàm { $function } cần { $wanted }, trong khi đây là { $got }.
finding-expression-argument-fix = Hãy đưa đúng kiểu; với người thì thêm mục còn thiếu vào known.facts.
finding-expression-date = “{ $text }” không phải một ngày có thật.
finding-expression-date-fix = Hãy viết ngày theo dạng 2026-01-31.
finding-expression-exempt = Không có danh sách miễn “{ $list }”.
finding-expression-exempt-fix = { $near ->
    [none] Hãy thêm danh sách vào data/fees/exempt.toml.
   *[other] Có phải ý bạn là “{ $near }”?
 }
finding-expression-no-list = { $path } là { $type }, không phải danh sách.
finding-expression-no-list-fix = Hãy chỉ dùng exists, all, filter, map với danh sách.
finding-expression-result = Biểu thức cho { $got }, trong khi cần { $wanted }.
finding-expression-result-fix = Hãy sửa để biểu thức cho đúng kiểu; nếu có thể trống thì thêm điều kiện when.
finding-ask-no-sentence = Câu hỏi “{ $id }” có check nhưng chưa có lời nhắc else.
finding-ask-no-sentence-fix = Hãy thêm else bằng hai thứ tiếng, nói rõ phải sửa thế nào.
finding-ask-code-list = Không có danh mục “{ $list }”.
finding-ask-code-list-fix = { $near ->
    [none] Hãy thêm danh mục vào data/codes.
   *[other] Có phải ý bạn là “{ $near }”?
 }
finding-ask-known = Câu hỏi “{ $id }” hỏi điều cơ sở dữ liệu đã có ({ $item }).
finding-ask-known-fix = Hãy bỏ câu hỏi và đọc “{ $item }” trong known.facts; nếu thật sự là điều khác, hãy ghi why với not = "{ $item }".
finding-ask-why = Câu hỏi “{ $id }” chưa nói vì sao phải hỏi.
finding-ask-why-fix = Hãy thêm why: vì sao không cơ sở dữ liệu nào trả lời được.
finding-ask-options = Câu hỏi “{ $id }” cần ít nhất hai lựa chọn.
finding-ask-options-fix = Hãy ghi options, mỗi lựa chọn có id và label.
finding-ask-options-not-choice = Câu hỏi “{ $id }” không phải choice nên không có options.
finding-ask-options-not-choice-fix = Hãy bỏ options hoặc đổi type thành choice.
finding-ask-columns = Câu hỏi “{ $id }” chưa nói khai những cột nào.
finding-ask-columns-fix = Hãy ghi columns, ví dụ ["name", "pid"].
finding-ask-columns-not-people = Câu hỏi “{ $id }” không phải people nên không có columns.
finding-ask-columns-not-people-fix = Hãy bỏ columns hoặc đổi type thành people.
finding-ask-max = Câu hỏi “{ $id }” chưa có giới hạn max.
finding-ask-max-fix = Hãy ghi max: số ký tự nhiều nhất, hoặc số người nhiều nhất.
finding-ask-link = Câu hỏi “{ $id }” không thể được trả lời bằng một liên kết.
finding-ask-link-fix = Chỉ dùng link cho câu chọn một mục; tên tham số viết thường, ví dụ link = "muc".
finding-ask-range = Câu hỏi “{ $id }” có min lớn hơn max.
finding-ask-range-fix = Hãy đổi lại hai số.
finding-id-shape = “{ $id }” không đúng dạng tên: chữ thường không dấu, số và gạch dưới.
finding-id-shape-fix = Hãy viết lại, ví dụ other_parent.
finding-id-twice = “{ $id }” đã có ở trên.
finding-id-twice-fix = Hãy đặt tên khác; mỗi tên chỉ dùng một lần trong bảng.
finding-known-item = Cơ sở dữ liệu không có mục “{ $item }”.
finding-known-item-fix = { $near ->
    [none] Hãy xem các mục trong data/registers.
   *[other] Có phải ý bạn là “{ $near }”?
 }
finding-known-subject = Không đọc được cơ sở dữ liệu này về đối tượng đó.
finding-known-subject-fix = population đọc về login hoặc một câu hỏi pick; dwelling đọc về một câu hỏi address.
finding-known-purpose = Không có mục đích “{ $purpose }” trong data/purposes.toml.
finding-known-purpose-fix = { $near ->
    [none] Hãy thêm mục đích ấy trước, kèm căn cứ pháp lý.
   *[other] Có phải ý bạn là “{ $near }”?
 }
finding-known-applicant = known.facts phải có nhóm applicant đọc về login, gồm ít nhất name.
finding-known-applicant-fix = Hãy thêm: applicant = {"{"} from = "population", of = "login", items = ["name"] {"}"}.
finding-known-ask = Không có câu hỏi “{ $id }” để đọc dữ liệu theo nó.
finding-known-ask-fix = { $near ->
    [none] Hãy đặt tên đúng câu hỏi.
   *[other] Có phải ý bạn là “ask.{ $near }”?
 }
finding-known-not-covered = Mục đích “{ $purpose }” không gồm mục “{ $item }”.
finding-known-not-covered-fix = Hãy bỏ mục này, hoặc sửa mục đích trong data/purposes.toml nếu luật cho phép.
finding-code-unknown = Danh mục “{ $list }” không có mã “{ $code }”.
finding-code-unknown-fix = { $near ->
    [none] Hãy thêm mã vào data/codes, hoặc dùng mã đã có.
   *[other] Có phải ý bạn là “{ $near }”?
 }
finding-uncertain-at = Tệp này không có chỗ nào tên “{ $at }”.
finding-uncertain-at-fix = Hãy ghi đúng đường dẫn, ví dụ clock.starts hoặc result.done.template.
finding-remind-item = Chưa nhắc trước được theo “{ $item }”.
finding-remind-item-fix = Hãy dùng temporary.until.
finding-write-operation = Không có thao tác “{ $op }”.
finding-write-operation-fix = { $near ->
    [none] Hãy dùng một thao tác nêu trong docs/procedures.md.
   *[other] Có phải ý bạn là “{ $near }”?
 }
finding-write-argument = Thao tác { $op } không có đối số “{ $argument }”.
finding-write-argument-fix = { $near ->
    [none] Hãy bỏ đối số này.
   *[other] Có phải ý bạn là “{ $near }”?
 }
finding-write-missing = Thao tác { $op } còn thiếu đối số “{ $argument }”.
finding-write-missing-fix = Hãy thêm “{ $argument }” vào with.
finding-step-no-way-out = Từ bước “{ $state }” không đi đâu được.
finding-step-no-way-out-fix = Hãy ghi ít nhất một việc trong do.
finding-step-action = Không có việc “{ $action }” ở đây.
finding-step-action-fix = { $near ->
    [none] Hãy dùng một việc nêu trong docs/procedures.md và có trong do.
   *[other] Có phải ý bạn là “{ $near }”?
 }
finding-step-who = “{ $who }” không phải người có thể làm bước này.
finding-step-who-fix = { $near ->
    [none] Hãy ghi system, applicant hoặc một chức vụ của cơ quan giải quyết trong data/routing.toml.
   *[other] Có phải ý bạn là “{ $near }”?
 }
finding-step-auto-missing = Bước “{ $state }” do hệ thống làm nhưng chưa nói khi nào.
finding-step-auto-missing-fix = Hãy thêm auto, ví dụ auto = {"{"} accept = "checks && consents && paid" {"}"}.
finding-step-auto-person = Bước do người làm thì không có auto.
finding-step-auto-person-fix = Hãy bỏ auto, hoặc đổi who thành system.
finding-step-unreached = Không bước nào dẫn đến “{ $state }”.
finding-step-unreached-fix = Hãy cho một việc dẫn đến bước này, hoặc bỏ bước.
finding-step-endless = Từ “{ $state }” không bao giờ kết thúc được hồ sơ.
finding-step-endless-fix = Hãy thêm một việc dẫn đến trạng thái kết thúc.
finding-state-unknown = Không có trạng thái “{ $state }”.
finding-state-unknown-fix = { $near ->
    [none] Hãy dùng tên một bước của tệp này.
   *[other] Có phải ý bạn là “{ $near }”?
 }
finding-state-no-result = Hồ sơ kết thúc ở “{ $state }” nhưng tệp chưa nói kết quả.
finding-state-no-result-fix = { $near ->
    [none] Hãy thêm [[result]] với on = "{ $state }", hoặc thêm bước ấy.
   *[other] Hãy thêm [[result]] với on = "{ $state }"; hay ý bạn là “{ $near }”?
 }
finding-state-name = Bước “{ $state }” chưa có tên để hiện ra.
finding-state-name-fix = Hãy thêm name bằng hai thứ tiếng cho bước này.
finding-refusal-reason = Từ chối ở “{ $state }” mà không đòi lý do và căn cứ pháp lý.
finding-refusal-reason-fix = Hãy thêm ["reason", "basis"] vào needs.
finding-result-on-step = “{ $state }” còn là một bước nên chưa phải kết thúc.
finding-result-on-step-fix = Hãy đặt kết quả ở trạng thái không còn bước nào.
finding-result-outcome = Trạng thái từ chối mà kết quả ghi là granted.
finding-result-outcome-fix = Hãy ghi outcome = "refused".
finding-result-none-granted = Không có kết quả nào là giải quyết xong.
finding-result-none-granted-fix = Hãy thêm [[result]] với outcome = "granted".
finding-four-eyes = Bước này và “{ $state }” cùng do { $who } làm, nên không thành hai người.
finding-four-eyes-fix = Hãy giao hai bước cho hai chức vụ khác nhau.
finding-row-last = Dòng cuối còn có điều kiện, nên có người không thuộc dòng nào.
finding-row-last-fix = Hãy thêm một dòng cuối không có when.
finding-row-hides = Dòng này không có điều kiện nên các dòng sau không bao giờ dùng đến.
finding-row-hides-fix = Hãy thêm when, hoặc đưa dòng này xuống cuối.
finding-limit-unit = Thời hạn phải có đúng một đơn vị.
finding-limit-unit-fix = Hãy ghi một trong working_days, days, hours, same_day = true.
finding-warn-early = Nhắc sớm hơn cả thời hạn.
finding-warn-early-fix = Hãy ghi left nhỏ hơn thời hạn.
finding-fee-channel = Chưa có mức thu cho kênh { $channel }.
finding-fee-channel-fix = Hãy thêm { $channel } vào vnd; không thu thì ghi 0.
finding-fee-count = per = "person" phải đi cùng count; thu theo hồ sơ thì không có count.
finding-fee-count-fix = Hãy thêm count (số người) hoặc bỏ một trong hai.
finding-fee-not-exemption = Dòng “{ $id }” chỉ áp dụng cho một số người nhưng không phải miễn thu.
finding-fee-not-exemption-fix = Hãy thêm exemption nói rõ diện miễn, hoặc lập một trường hợp (case) riêng.
finding-fee-exemption-amount = Diện miễn thì mức thu phải là 0.
finding-fee-exemption-amount-fix = Hãy ghi 0 cho mọi kênh.
finding-fee-no-law = Bảng data/fees/legal.csv chưa có mức thu cho trường hợp “{ $case }”, kênh { $channel }.
finding-fee-no-law-fix = Hãy thêm dòng ấy vào bảng, kèm căn cứ, rồi mới ghi mức thu ở đây.
finding-fee-not-law = Mức thu trường hợp “{ $case }”, kênh { $channel } khác với luật: { $law }.
finding-fee-not-law-fix = Hãy ghi { $law }, hoặc sửa data/fees/legal.csv nếu luật đã đổi.
finding-fee-per = Cách tính (theo hồ sơ hay theo người) của trường hợp “{ $case }” khác với luật.
finding-fee-per-fix = Hãy sửa per cho đúng data/fees/legal.csv.
finding-clock-late = Thời hạn tính bằng ngày mà không có phiếu xin lỗi khi trễ.
finding-clock-late-fix = Hãy ghi late trong [clock], với mẫu xin-loi-hen-lai.typ.
finding-result-form = Kết quả này không ghi số mẫu, trong khi thủ tục có mẫu.
finding-result-form-fix = Hãy ghi form, ví dụ form = "CT08".
finding-letter-missing = Không có mẫu văn bản “{ $template }”.
finding-letter-missing-fix = { $near ->
    [none] Hãy thêm mẫu vào data/letters.
   *[other] Có phải ý bạn là “{ $near }”?
 }
finding-letter-variable = Mẫu { $template } cần “{ $name }” mà chưa được cho.
finding-letter-variable-fix = Hãy thêm “{ $name }” vào letter, hoặc đọc mục ấy trong known.facts.
finding-letter-unknown = Mẫu { $template } không dùng “{ $name }”.
finding-letter-unknown-fix = { $near ->
    [none] Hãy bỏ biến này.
   *[other] Có phải ý bạn là “{ $near }”?
 }
finding-route-role = Không có vai trò “{ $role }” trong data/routing.toml.
finding-route-role-fix = { $near ->
    [none] Hãy thêm vai trò ấy trước.
   *[other] Có phải ý bạn là “{ $near }”?
 }
finding-route-communes = Có { $count } xã không tìm được đúng một cơ quan “{ $role }”.
finding-route-communes-fix = Hãy sửa mã cơ quan của vai trò này trong data/routing.toml, có {"{"}commune{"}"}.
finding-valid-order = Ngày hết hiệu lực đứng trước ngày bắt đầu.
finding-valid-order-fix = Hãy sửa valid.from hoặc valid.to.
finding-version-twice = Bản { $version } đã có trong { $file }.
finding-version-twice-fix = Hãy tăng số version.
finding-valid-overlap = Bản này bắt đầu khi bản { $version } ({ $file }) còn hiệu lực.
finding-valid-overlap-fix = Hãy ghi valid.to cho bản cũ, là ngày liền trước bản này.
finding-valid-gap = Giữa bản { $version } ({ $file }) và bản này có ngày không bản nào có hiệu lực.
finding-valid-gap-fix = Hãy bắt đầu bản này ngày { $day }.
finding-path-twice = Địa chỉ { $path } đã dùng trong { $file }.
finding-path-twice-fix = Hãy đặt một địa chỉ khác.
finding-dispute-unknown = Không có thủ tục { $code } để sửa thông tin chưa đúng.
finding-dispute-unknown-fix = Hãy ghi mã một thủ tục đang có trong thư mục.
finding-shared-unknown = data/shared.toml không có “{ $id }”.
finding-shared-unknown-fix = { $near ->
    [none] Hãy thêm vào data/shared.toml, hoặc bỏ tên này.
   *[other] Có phải ý bạn là “{ $near }”?
 }
finding-known-unused = Mục “{ $item }” được đọc nhưng không dùng vào việc gì.
finding-known-unused-fix = Hãy bỏ mục này: chỉ đọc dữ liệu thật sự cần.
finding-clock-runs-on = Bước “{ $state }” chờ người nộp mà đồng hồ vẫn chạy.
finding-clock-runs-on-fix = Hãy thêm “{ $state }” vào clock.stops.
finding-ask-else = Câu hỏi “{ $id }” có lời nhắc else mà không có check.
finding-ask-else-fix = Hãy thêm check, hoặc bỏ else.
finding-result-writes = Kết quả giải quyết xong mà chưa nói ghi gì vào cơ sở dữ liệu.
finding-result-writes-fix = Hãy thêm writes; nếu không ghi gì thì writes = [].
