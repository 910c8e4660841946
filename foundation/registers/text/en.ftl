# The door
error-access-refused = Your post may not read these data for this purpose. The refused attempt has been recorded.
error-access-outside-area = This person is not in your area or in a dossier of yours. Check the number, or open the right dossier and try again; this attempt has been recorded.
error-access-purpose-unknown = This purpose has not been published, so nothing can be read for it. Please tell the operator.
error-access-item-outside-purpose = This purpose does not cover one of the items asked for. Ask only for what the dossier needs.
error-registers-law-file = A data rule file has a mistake: { $fault }. Mend the file and start again.

# Population
error-person-unknown = No person has this number. Check it digit by digit.
error-person-exists = Somebody has this number already. Check the number, or open the record that is there.
error-person-dead = The register says this person has died or is missing. If that is wrong, have it corrected first.
error-person-item-shape = The value of “{ $item }” is not in the right form. Check it and type it again.
error-person-item-derived = “{ $item }” changes only through a residence procedure. Use the matching registration.
error-person-true-from-future = The first day cannot be after today. Choose today or an earlier day.
error-person-before-birth = This day is before the birth of somebody in the dossier. Check the date.
error-match-unknown = There is no such pair of records in your area. Open the list again.
error-match-decided = Somebody has decided about this pair. Open the list again.
error-match-basis = Say why in one line, for example: «Met both people on 20/11/2026».
error-person-merged = This record was merged into another one of the same person. Use the number that is still in force.
error-match-keep = Choose the record that goes on.
error-match-lives = The record that is to end still has a registered residence. Remove that first, or keep this record.
error-match-not-merged = This pair is not merged. Open the list again.
error-person-search-short = Type at least the given name, or all 12 digits of the number.

# Residence
error-residence-dwelling-unknown = This dwelling was not found. Choose the address again.
error-residence-commune-unknown = There is no commune { $code } today. Choose it by name; its old name works too.
error-residence-address-line = Write the house number, street or hamlet, at most 200 characters.
error-residence-household-unknown = This household was not found or has ended. Reload the page and choose again.
error-residence-household-elsewhere = This household is not at the chosen address. Choose the household or the address again.
error-residence-end-before-start = The last day must come after the first. Choose again.
error-residence-too-long = Temporary residence lasts at most 2 years (Law on Residence, article 27). Choose an earlier day; you can extend it later as often as you need.
error-residence-same-commune = This person has permanent residence in this very commune, so temporary residence is not needed.
error-residence-already-there = This person is registered at this very place already. If the term is ending, use the extension.
error-residence-not-registered = No such registration is in force. Look at your residence data again.
error-residence-not-later = The new day must be after the present last day. Choose a later one.
error-residence-before-last-change = This day is before the last change of the registration. Choose a later one.
error-residence-minor-alone = Somebody under 18 needs a parent or guardian who comes along or consents. Add that person.
error-residence-relation-unknown = Choose the relation to the head of household from the list.
error-residence-relation-sex = This relation does not fit the sex on record. Choose again, or report the record if it is wrong.
error-residence-relation-age = The ages of the two do not fit this relation. Choose again, or report the date of birth if it is wrong.
error-residence-relation-taken = The household has somebody in this place already (head, spouse, father or mother of the head). Choose another relation.
error-residence-member-already = This person is a member of the household already.
error-residence-member-unknown = This person is not a member of the household, or a member is missing. Reload the page and choose again.
error-residence-person-twice = One person is named twice. Take one out.
error-residence-too-many = At most { $max } people can be recorded at once. Use several dossiers.
error-residence-split-empty = Somebody must stay in the household that is split. If all of them move, register the new residence instead.
error-residence-merge-elsewhere = Two households can be merged only within one dwelling.
error-residence-merge-headless = The household they come into has no head, so nobody can be anything to them. Choose its head first.
error-residence-head-none = Nobody was named as head. Choose “Head of the household” for one person.
error-residence-head-same = This person heads the household already. Choose somebody else.
error-residence-head-minor = The head of household is 18 or older, unless everybody in it is younger. Choose somebody else.
error-residence-stay-long = Lodging is for less than 30 days. For longer, register temporary residence.
error-residence-absent-already = An absence has been declared for these days. End the old one first.
error-residence-move-nobody = No household was chosen, or nobody is left in it. Choose at least one household with people.
error-residence-move-same = This is the dwelling they live in now. Write the address they move to.
error-residence-move-guest-home = Somebody who stays in the household for a time has the permanent residence in the very commune it moves to, and cannot stay there temporarily. Remove that temporary residence first, then move the household.
error-residence-move-basis = Write in one line what it rests on, for example: “Resettlement decision 12/QĐ-UBND of 02/11/2026”.
error-registers-merger-basis = Write the resolution in one line of at most 200 characters, for example: “Resolution 15/NQ-HĐND of 02/11/2026”.
error-registers-merger-late = The first day must come after today, so that every server knows before it is in force. Choose tomorrow or later.
error-registers-merger-unknown = No merger of commune { $code } was recorded. Check the code.
error-registers-merger-over = The merger of commune { $code } is in force and cannot be taken back any more.

# Demo data
error-registers-not-empty = The data store already has people, so no demo data are made over them. Use a new data folder.
error-registers-list-unfinished = The import of a list into this data store was cut off. Run the import again, or start the program once, and then copy.
error-registers-province-empty = No commune of province { $province } is known. Choose one of the 34 province codes.
error-registers-persons-too-many = At most { $max } made-up people fit into one province. Choose a smaller number.

# Who read
access-by-self = You
access-by-member = A member of your household
access-by-representative = Your representative
access-by-post = An officer
access-by-helper = A clerk acting for you, confirmed by you
access-by-person = A person filing a request
access-by-system = The system, to settle a dossier

error-data-at-work = You are working in an official post, so your own data are not opened here. Switch to the role “Citizen” at the top right and open the page again.
error-data-level-low = This page needs a level 2 identity account, to be sure that it is you. Take your papers to the nearest one-stop desk or commune police to have your account raised.

# My data
registers-own = Your data
registers-own-lead = The State holds { $n } items of information about you. You can see all of them, know who read them, and say when something is wrong.
registers-own-held = What is held
registers-own-read = From the National Population Database, read at { $time }.
registers-own-wrong = If an item is wrong, choose “Wrong?” at the end of its line.
registers-wrong = Wrong?
registers-none = Nothing held
registers-acting = You are looking on behalf of { $name }.
registers-disputed = Under review
registers-disputed-title = { $n ->
    [one] One item is under review
   *[other] { $n } items are under review
}
registers-disputed-text = You have said that it is wrong, or another source says otherwise. Until that is settled, whoever reads it sees this mark.
registers-views = Arrangement
registers-view-groups = In groups
registers-view-list = List of { $n } items
registers-to-log = Who read your data
registers-to-log-text = Each reading: when, by whom, what, and why
registers-to-book = Electronic household book
registers-to-book-text = Members, history of changes, signed extract
registers-to-mandates = Who may act for you
registers-to-mandates-text = Whom you have allowed, and until when
registers-group-who = Who you are
registers-group-residence = Where you live
registers-group-household = Household
registers-group-family = Family
registers-group-contact = Contact
registers-group-more = Other
registers-recorded = { $act }, recorded on { $date }
registers-act-registers-generated = Sample data
registers-act-person-registered = First record
registers-act-person-changed = Correction
registers-act-person-died = Death or disappearance recorded
registers-act-residence-registered = Residence registration
registers-act-residence-extended = Temporary residence extended
registers-act-residence-removed = Residence removed
registers-act-absence-declared = Absence declared
registers-act-absence-ended = Absence ended
registers-act-household-changed = Change in the household
registers-act-other = Update
registers-sex-male = Male
registers-sex-female = Female
registers-marital-single = Single
registers-marital-married = Married
registers-marital-divorced = Divorced
registers-marital-widowed = Widowed
registers-death-dead = Died on { $date }
registers-death-missing = Missing since { $date }
registers-card-issued = Issued on { $date } by { $by }
registers-card-until = Valid until { $date }
registers-card-lasting = Without end of validity
registers-relative-father = Father: { $name }
registers-relative-mother = Mother: { $name }
registers-relative-spouse = Spouse: { $name }
registers-relative-child = Child: { $name }
registers-relative-guardian = Guardian: { $name }
registers-relative-ward = Ward: { $name }
registers-since = since { $date }
registers-until = until { $date }
registers-since-until = from { $since } to { $until }
registers-lapsed = Has ended
registers-away-since = Absent since { $date }
registers-away-until = Absent from { $since } to { $until }
registers-away-to = Destination: { $place }
registers-household-head = Head: { $name }

# Who read
registers-log = Who read your data
registers-log-lead = Each reading is here within a second, refused ones too. Nobody can delete a line.
registers-log-acting = You are looking on behalf of somebody whose parent or guardian you are.
registers-log-count = { $n ->
    [one] One reading.
   *[other] { $n } readings.
}
registers-log-count-over = More than { $n } readings.
registers-log-entry = Journal entry
registers-log-when = When
registers-log-who = Who
registers-log-helper = { $post }, acting for the person, who confirmed it
registers-log-items = Items read
registers-log-items-many = { $n } items
registers-log-purpose = What for
registers-log-basis = Legal basis
registers-log-dossier = Dossier
registers-log-outcome = Outcome
registers-log-none = No reading yet
registers-log-none-text = When an officer or the system reads your data, a new line appears here by itself.
registers-log-proof = Download with proof
registers-log-proof-file = Proof of the access log
registers-log-save = Download table (CSV)
registers-log-file = Access log
registers-log-report = Report a reading that is not right
registers-show = Show
registers-show-allowed = Allowed
registers-show-refused = Refused
registers-show-all = Your own readings too
registers-show-every = All
registers-allowed = Allowed
registers-refused = Refused
registers-what-record = Looked at the record
registers-what-history = Looked at the record as it was
registers-what-dwelling = Looked at the dwelling
registers-what-search = Searched for people
registers-what-book = Opened the household book
registers-what-kept = Looked again in an ended dossier
registers-what-log = Looked at the access log

# Household book
registers-book = Electronic household book
registers-book-lead = In place of the paper book: always up to date, open to every member of the household.
registers-book-of = Household of { $name }
registers-book-collective = Collective dwelling
registers-book-collective-note = In a collective dwelling each person sees only their own line.
registers-book-no-head = Household waiting for a new head
registers-book-address = Address
registers-book-file = Residence file
registers-book-size = Members
registers-book-sizes = { $permanent } permanent, { $temporary } temporary
registers-book-version = Version
registers-book-name = Name, number
registers-book-birth = Birth, sex
registers-book-relation = Relation to the head
registers-book-residence = Residence
registers-book-extract = Download the signed extract
registers-book-extract-note = The extract carries a code by which anybody can verify it. Each extract is recorded.
registers-book-history = History of changes
registers-book-none = You are in no household yet
registers-book-none-text = Once you register permanent or temporary residence, the household’s book appears here.
registers-residence-permanent = Permanent
registers-residence-temporary = Temporary
registers-staying = Staying at { $place }
registers-staying-until = Staying at { $place } until { $until }
registers-absent = Absent at present
registers-absent-until = Absent until { $date }
registers-by-dossier = dossier { $code }
registers-event-opened = Household set up
registers-event-joined = { $name } joined the household
registers-event-joined-temporarily = { $name } registered temporary residence
registers-event-left = { $name } left the household
registers-event-extended = { $name } extended temporary residence
registers-event-relation = Relation of { $name } to the head changed
registers-event-head-changed = { $name } is the new head
registers-event-head-vacant = The household has no head
registers-event-staying-elsewhere = { $name } stays elsewhere
registers-event-back-home = { $name } no longer stays elsewhere
registers-event-absent = { $name } declared absence
registers-event-dwelling-changed = A change in another household of this dwelling
registers-event-moved = The household moved
registers-event-moved-from = before: { $address }
registers-event-closed = The household ended
registers-event-other = A change in the household

# Audit
registers-audit = Who read which data
registers-audit-lead = You see who read a person’s data and why; you do not see the data. The person sees each of your looks in their own log.
registers-audit-pid = Number of the person to check
registers-audit-pid-hint = 12 digits.
registers-audit-reason = Reason for looking
registers-audit-reason-hint = Number of the complaint, decision or audit plan. No names. The reason is kept with the look.
registers-audit-look = Show the log
registers-audit-log = Access log
registers-audit-of = Of the person with number { $pid }
registers-audit-recorded = This look has been recorded, with the reason: “{ $reason }”.
registers-audit-again = Look up somebody else
registers-audit-refused = Refused readings
registers-audit-refused-count = { $n ->
    [one] One refused reading.
   *[other] { $n } refused readings.
}
registers-audit-refused-count-over = More than { $n } refused readings.
registers-audit-refused-text = The list says who tried to read, not whose data.
registers-audit-none = No line
registers-audit-none-text = Readings of this kind will appear here.
registers-audit-by-self = The person
registers-audit-by-member = A member of the household
registers-audit-by-representative = A representative

# Lists from elsewhere
error-registers-file-unreadable = The file { $file } cannot be read. Check its name and permissions.
error-registers-file-unwritten = The file cannot be written. Check the free space and the folder’s permissions.
error-registers-format-unknown = The file’s name does not tell its format. Add --format csv, jsonl or xml.
error-registers-encoding-unknown = The file’s encoding is not certain (perhaps { $guess }). Add --encoding with the right one and run again; save a file in UTF-16 (a spreadsheet’s «Unicode text») as UTF-8 first.
error-registers-heading-lacks = The heading lacks needed columns: { $columns }. Name them so, or in Vietnamese (số định danh, họ và tên, ngày sinh, giới tính).
error-registers-import-remarks = The list has more than { $max } things to look at, so the run stopped. Check the file’s encoding and columns.
error-registers-export-refused = The access rules do not let the whole population be exported. Ask whoever is responsible for the data.
registers-import-meaning = Meaning
registers-import-broken = The row cannot be read: quotes, brackets or tags do not close. Mend the row.
registers-import-long = The row is longer than allowed. Check the line breaks.
registers-import-width = Another number of cells than the heading. Check the separators.
registers-import-letters = Characters outside the file’s encoding. Check the encoding.
registers-import-missing = A needed item is missing. Fill it in.
registers-import-number = Not a number of the right length: 12 digits, the old one 9. Check it.
registers-import-date = No such day, or before birth. Write day/month/year.
registers-import-future = A day after today. Check it.
registers-import-choice = Neither a code nor a word of the item’s list. Choose one of the list.
registers-import-commune = No commune has this code, or the address lacks one. Fill in the five digits.
registers-import-too-long = Longer than allowed. Shorten it.
registers-import-shape = Not of the item’s shape. Check it.
registers-import-number-province = Taken; the number’s first three digits are no province’s. Worth a check.
registers-import-number-birth = Taken; the number says another year of birth. Worth a check.
registers-import-number-sex = Taken; the number says another sex. Worth a check.
registers-import-household = The person was taken but is in no household: it lives elsewhere, or the relation to its head is missing.
registers-import-merged = The record of this number was merged into another one of the same person: not taken. Use the number in force.
registers-import-disputed = The register says otherwise: kept as it is, marked as under review.
registers-act-population-imported = Taken from a list
registers-certainty-confirmed = checked against papers
registers-certainty-stated = as the list has it, not checked
registers-certainty-doubtful = the source is in doubt
registers-claim = Another source says: { $value }
registers-claim-source = { $source }, received { $date }, { $certainty }

# Looking people up
registers-lookup = Find people
registers-lookup-lead = Finds people with permanent or temporary residence in { $place }. Everybody in the results sees this search in their own log.
registers-lookup-least = Fill in at least one box.
registers-lookup-name = Name or personal number
registers-lookup-name-hint = With or without accents, in any order.
registers-lookup-year = Year of birth
registers-lookup-year-hint = For example: 1985.
registers-lookup-address = Address
registers-lookup-address-hint = For example: số nhà 12, thôn 3.
registers-lookup-file = Residence file number
registers-lookup-file-hint = Finds the whole household.
registers-lookup-find = Search
registers-lookup-list = People found
registers-lookup-who = Name
registers-lookup-born = Born { $year }
registers-lookup-home = Permanent residence
registers-lookup-open = Open
registers-lookup-some = The first { $n } people, there are more
registers-lookup-next = The next { $n } people, there are more
registers-lookup-last = { $n ->
    [one] The last person
   *[other] The last { $n } people
}
registers-lookup-all = { $n ->
    [0] Nobody found
    [one] One person found
   *[other] { $n } people found
}
registers-lookup-none = Nobody fits
registers-lookup-none-text = Try one word less, leave out the year, or type the given name alone. People outside your area are not shown here.
registers-lookup-broad = Too many dwellings fit this address
registers-lookup-broad-text = Only the first ones were looked at. Add a house number or a name.
registers-lookup-recorded = This search has been recorded.
registers-lookup-first = Back to the first page
registers-lookup-person = Record of the person found
registers-lookup-opened = This opening has been recorded, for keeping the households. The person sees it in their own log.
registers-lookup-alone = In no household yet
registers-lookup-alone-text = Once this person registers residence, the members of the household appear here.
registers-lookup-again = Find somebody else

# Records that may be one person
registers-pairs = Possible duplicates
registers-pairs-lead = Pairs of records that look alike, where one of the two people lives in { $place }. The system only points them out; an officer decides.
registers-pairs-count = { $n ->
    [0] No pair to look at
    [one] One pair to look at
   *[other] { $n } pairs to look at
}
registers-pairs-list = Pairs to look at
registers-pairs-none = No pair to look at
registers-pairs-none-text = The list grows each time the register is checked.
registers-pairs-pair = Pair of records
registers-pairs-why = Why they look alike
registers-pairs-found = Found
registers-pairs-likely = Alike
registers-pairs-very = Very much alike
registers-pairs-link = See possible duplicates
registers-pair = Compare two records
registers-pair-lead = This look has been recorded. Both people see it in their own logs.
registers-pair-item = Item
registers-pair-first = First record
registers-pair-second = Second record
registers-pair-differs = Differs
registers-pair-empty = Not held
registers-pair-signs = What agrees and what does not
registers-pair-decide = Decision
registers-pair-basis = Why
registers-pair-basis-hint = One line, for example: «Met both people on 20/11/2026».
registers-pair-apart = They are two people
registers-pair-apart-done = Recorded: two people. The pair is off the list.
registers-pair-one = If they are one person, the head of the commune police merges the records on this page.
registers-sign-name = Same name
registers-sign-name_folded = Same name without accents
registers-sign-birth = Same date of birth
registers-sign-birth_swapped = Day and month of birth swapped
registers-sign-birth_part = Birth agrees as far as it is known
registers-sign-old_id = Same 9-digit number
registers-sign-old_id_other = Different 9-digit numbers
registers-sign-sex_other = Different sexes
registers-sign-father = Same father
registers-sign-father_other = Different fathers
registers-sign-mother = Same mother
registers-sign-mother_other = Different mothers
registers-sign-spouse = Same spouse
registers-sign-native = Same native place
registers-sign-native_other = Different native places
registers-sign-birth_place = Same place of birth
registers-sign-home = Same address
registers-sign-commune = Same commune
registers-act-person-merged = Two records of one person merged
registers-act-person-unmerged = Two records parted again
registers-pair-keep = If they are one person: which record goes on?
registers-pair-keep-hint = What only the other record has is added; what it says otherwise is kept beside and marked as under review.
registers-pair-merge = They are one person: merge
registers-pair-merge-done = Merged. It can be taken back from the list «Merged pairs».
registers-merged = Merged pairs
registers-merged-on = Merged { $date }
registers-merged-lead = These two records were merged on { $date }. If they are two people after all, part them again: everything the merging changed, and nobody has changed since, is as it was.
registers-merged-basis-hint = One line: why they are two people.
registers-merged-back = Part them again
registers-merged-back-done = The two records are parted again.

# Dwellings, and moving all of one
registers-lookup-dwelling = Who lives at { $address }
registers-dwelling = Dwelling
registers-dwelling-now = { $n ->
    [0] Nobody is registered here today.
    [one] One person is registered here today.
   *[other] { $n } people are registered here today.
}
registers-dwelling-then = On { $date }, people registered here: { $n }.
registers-dwelling-file = Residence file { $file }
registers-dwelling-gone = no longer here
registers-dwelling-nobody = Nobody is registered here
registers-dwelling-nobody-text = Look at another day, or search for the address again.
registers-dwelling-earlier = Look at an earlier day
registers-dwelling-day = Day
registers-dwelling-day-hint = For example: 31 12 2025. Whoever came on that day counts, whoever left on it does not.
registers-dwelling-show = Show
registers-dwelling-today = Back to today
registers-dwelling-recorded = This look has been recorded, for keeping the households. The people named here see it in their own logs.
registers-move = Move the whole dwelling
registers-move-begin = Move the whole dwelling
registers-move-lead = Everybody in the household moves on the same day from { $address }. Household, head and residence file stay the same.
registers-move-who = Which households move?
registers-move-who-hint = A household that is not chosen stays.
registers-move-size = { $n ->
    [one] one person
   *[other] { $n } people
}
registers-move-from = From
registers-move-to = To
registers-move-commune = Commune they move to
registers-move-line-hint = For example: số nhà 7, thôn 9.
registers-move-on = First day at the new place
registers-move-on-hint = Today or an earlier day, after everybody’s last change.
registers-move-basis-hint = One line, for example: “Resettlement decision 12/QĐ-UBND of 02/11/2026”.
registers-move-next = Check before moving
registers-move-back = Do not move
registers-move-check = Check before moving
registers-move-check-lead = Nothing has changed yet. Compare with the papers, then confirm.
registers-move-do = { $n ->
    [one] Move one person
   *[other] Move { $n } people
}
registers-move-change = Change something
registers-move-done = { $n ->
    [one] One person was moved. The household book tells the new dwelling.
   *[other] { $n } people were moved. The household book of each tells the new dwelling.
}

# Households of a dwelling: split, merged, another head
registers-regroup-where = Dwelling
registers-regroup-now = now: { $relation }
registers-regroup-head = Head of the household
registers-regroup-new = changes
registers-regroup-before = Now
registers-regroup-after = Afterwards
registers-regroup-basis-hint = One line, for example: “Declaration CT01 of 20/11/2026, the owner’s consent attached”.
registers-regroup-next = Check before changing
registers-regroup-back = Change nothing
registers-regroup-gone = This household has changed since, or is no longer here. This is how the dwelling is today.
registers-split = Split the household
registers-split-begin = Split
registers-split-lead = { $household }, { $address }. Whoever leaves forms a household of their own in the same dwelling. Residence stays as it is.
registers-split-people = Who leaves, and what are they to the new head?
registers-split-people-hint = Choose one new head among those who leave. Whoever is left as it is stays in the old household.
registers-split-stays = Stays in the old household
registers-split-check = Check before splitting
registers-split-do = Split the household
registers-split-done = The household was split. Both household books tell of it.
registers-merge = Merge into another household
registers-merge-begin = Merge into another household
registers-merge-lead = { $household }, { $address }. Everybody comes into another household of the same dwelling, and this household ends. Residence stays as it is.
registers-merge-into = Which household do they come into?
registers-merge-only = They come into: { $household }.
registers-merge-people = What are they to the head of that household?
registers-merge-people-hint = The relation in the other household, which may differ from that of now.
registers-merge-check = Check before merging
registers-merge-do = Merge the households
registers-merge-done = The households were merged. The household book tells of it.
registers-head = Another head of the household
registers-head-begin = Change the head
registers-head-choose = Choose a head
registers-head-lead = { $household }, { $address }. Another member heads the household; everybody’s relation is stated anew.
registers-head-people = Who heads the household, and what are the others to that person?
registers-head-people-hint = Choose one head. State each relation anew: it is to the new head, no longer to the old one.
registers-head-check = Check before changing the head
registers-head-do = Change the head
registers-head-done = The household has another head. The household book tells of it.

# Merging communes
registers-communes = Merging communes
registers-communes-lead = From midnight of the recorded day, every list, search, desk and figure counts for the commune that takes the other one in. No record is changed: asked about an earlier day, it still has the old name.
registers-communes-list = Recorded
registers-communes-none = No merger has been recorded
registers-communes-none-text = When there is a resolution, record it here before its day.
registers-communes-new = Record a resolution
registers-communes-code = The commune that ends
registers-communes-into = The commune it becomes part of
registers-communes-on = First day
registers-communes-on-hint = Tomorrow or later. Until then it can be taken back.
registers-communes-basis = Resolution
registers-communes-basis-hint = One line, for example: “Resolution 15/NQ-HĐND of 02/11/2026”.
registers-communes-state = State
registers-communes-in-force = in force
registers-communes-record = Record
registers-communes-recorded = Recorded. Every server knows it within half a minute.
registers-communes-withdraw = Take back
registers-communes-withdrawn = Taken back. The commune stays.
registers-communes-why = Taken back on the operator’s page
