# Errors
error-dossier-unknown = There is no such dossier, or it is not yours. Check the code in “My dossiers”.
error-dossier-wrong-state = The dossier has moved on, so this can no longer be done. Load the page again to see where it stands.
error-dossier-not-yours = Your appointment does not cover this step or this area. Switch to the right role, or tell your supervisor.
error-dossier-same-person = The officer who proposed may not approve. Another head has to look at it.
error-dossier-own-matter = You may not decide your own dossier or one that concerns you. Pass it to a colleague.
error-dossier-supplement-once = This procedure allows asking for more { $max } time only, and it has been asked. Propose to approve or to refuse.
error-dossier-reason-missing = A refusal needs a reason. Write it so that the person understands it.
error-dossier-basis-missing = A refusal needs its legal basis, for example: Article 28, Law on Residence.
error-dossier-note-missing = Write clearly what the person should add or correct.
error-dossier-nothing-added = You have added nothing yet. Attach a paper, correct an answer or write a few lines to the officer.
error-dossier-return-missing = Write to the officer what has to be looked at again.
error-dossier-procedure-changed = The procedure changed to a new version while you were filling it in. Your answers are still there; check them and send.
error-procedure-unknown = There is no service at this address. Look for it in the catalogue.
error-procedure-level-low = This service needs an account of level { $level }. Go to the commune police or the one-stop centre with your identity card to raise it.
error-procedure-channel-closed = This service does not take dossiers this way. See the ways to file on the service's page.
error-consent-unknown = There is no such request for consent, or it was not sent to you.
error-consent-answered = This request has been answered already.
error-consent-expired = The time to answer is over. The applicant can file again and ask again.
error-payment-paid-already = The fee of this dossier has been paid. You need not pay again.
error-payment-wrong-amount = The amount is not the fee due, { $due }.
error-payment-bad-signature = The payment message does not come from where it should.
error-evidence-missing = This paper is needed. Choose a photo or PDF file.
error-evidence-too-many = A dossier takes at most { $max } files.
error-evidence-kind = Only PDF, JPEG, PNG or HEIC files are taken.
error-letter-not-ready = The letter is being set and signed. Wait a few seconds and try again.
error-upload-vault = The stored file cannot be opened. We have been told; please try again later.
error-verify-unknown = No letter carries this code. Check each character of the code printed on the letter.
error-counter-confirmation-missing = The person has to confirm before this is sent. Read the content to them and enter the confirmation code.
error-counter-person-unknown = Nobody in the population register has this number. Check the number on the card.

# States of a dossier
state-filed = Waiting for consent
state-unpaid = Fee not paid yet
state-accepted = Being examined
state-wait-supplement = Waiting for more from you
state-proposed = Waiting for the head's signature
state-done = Done
state-refused = Refused
state-refused-intake = Not accepted
state-withdrawn = Withdrawn

# Channels
channel-online = Online
channel-counter = At the counter
channel-assisted = With help

# What was done, on the timeline
act-file = Dossier sent
act-file-counter-code = Filed at the counter, confirmed by the person with a code
act-file-counter-presence = Filed at the counter, with the person present and agreeing
act-file-parent-register = Sent by a parent
act-file-guardian-register = Sent by the guardian
act-accept = Complete: the clock starts
act-reject = Not accepted
act-propose = The officer proposes to approve
act-propose-refuse = The officer proposes to refuse
act-ask-more = The officer asks for more
act-send = More was sent
act-approve = The head approved
act-refuse = The head refused
act-return = The head sent it back for another look
act-withdraw = Dossier withdrawn
act-pay = Fee paid: { $amount }
act-consent-asked = { $name } was asked for consent
act-consent-given = { $name } agrees
act-consent-refused = { $name } does not agree
act-consent-expired = { $name } did not answer in time

# Officers' buttons
do-propose = Propose to approve
do-propose-refuse = Propose to refuse
do-ask-more = Ask for more
do-approve = Approve and sign
do-refuse = Refuse
do-return = Send back
do-send = Send
do-withdraw = Withdraw
do-acknowledge = Record
do-confirm = Confirm

# Notices in the inbox
inbox-filed = Dossier { $code } – { $procedure } has been received.
inbox-accepted = Dossier { $code } is complete. The result comes { $due } at the latest.
inbox-resumed = What you added to dossier { $code } was received. Result by { $due } at the latest.
inbox-wait-supplement = Dossier { $code } needs something more: open it to see what the officer wrote.
inbox-done = Dossier { $code } has its result.
inbox-refused = Dossier { $code } was refused. Open it to see the reason and the legal basis.
inbox-refused-intake = Dossier { $code } was not accepted. Open it to see why.
inbox-late = Dossier { $code } is late. The agency apologises and promises { $due }.
inbox-letter = { $letter } of dossier { $code }: signed, ready to download.
inbox-consent-asked = { $name } asks for your consent: { $procedure }.
inbox-consent-withdrawn = Dossier { $code } has ended; you need not answer any more.
inbox-expiring = Your temporary residence ends on { $until }. You can renew it right now.

# In letters
letter-pick-up = through the e-identity account on the system
letter-pick-up-counter = at the counter where it was filed, or through the identity account
letter-fee-note = the rate of the channel used
letter-supplement-reason = the above is needed to settle the dossier under the rules.
letter-refusal-next = Put right the reasons named above and file again; what was declared is kept so that it need not be declared twice.
letter-late-reason = the agency has not finished its examination within the limit.

# People and facts
sex-male = male
sex-female = female
sex-other = other
born = born { $date }
until-day = until { $date }
since = since { $time }
fact-applicant = Applicant
fact-pid = Personal number
fact-permanent = Permanent residence
fact-temporary = Temporary residence
facts-known = What is known already
facts-source = From the population register, read at { $time }.
facts-source-filed = From the population register, read when the dossier was sent: { $time }.
answer-none = Not answered
answer-nobody = Nobody
ask-commune = Commune, ward or special zone
ask-none = None
people-row = Person { $n }
people-more = Need more rows? Press “Continue”: when all are filled there will be empty ones again.
people-name = Full name
people-birth = Date of birth
people-birth-hint = For example 12/05/1998
people-sex = Sex
people-pid = Personal number
people-number-title = Look at the number again
people-number-province = { $name }: the first three digits are no province’s code. Check the identity card; if they are right, you can still send this.
people-number-birth = { $name }: the number and the date of birth name different years. Check them; if they are right, you can still send this.
people-number-sex = { $name }: the number and the sex do not agree. Check them; if they are right, you can still send this.
people-document = Passport or other document number

# In the margin
sum-title = Good to know
sum-agency = Decided by
sum-fee = Fee
sum-limit = Time limit
sum-limits = { $short } or { $long }, depending on the case
sum-due = If complete right now, the result comes { $date } at the latest
sum-median = Usually takes

# Start page and questions
apply-note = Please note
apply-link-not-here = What you chose cannot be corrected by this service. If one of the things below is wrong too, you can still go on; otherwise please ask the commune police.
apply-cannot = Not possible at the moment
apply-draft = You have begun this already.
apply-go-on = Go on
apply-discard = Throw the draft away
apply-discarded = The draft has been thrown away.
apply-sign-in = Sign in to begin
apply-level-two = This service needs an account of level 2. Take your identity card to the commune police or the one-stop centre to raise it; that is free.
apply-begin = Begin
apply-case = Which case is yours?
apply-what-happens = What happens
apply-happens-1 = What the State knows already is filled in. You answer only the rest.
apply-happens-2 = You check it, see the fee and the date of the result, and send.
apply-happens-consent = People concerned are asked for consent on their own accounts:
apply-happens-3 = An officer examines it, the head signs. The result is in your inbox.
apply-papers = Papers
apply-papers-only = Needed only where the registers do not prove it:
apply-basis = Legal basis
apply-uncertain = What is not certain in this description
apply-channels = Ways to file
apply-no-papers = No papers needed: the registers prove everything.
apply-some-papers = Papers are needed, because the registers do not prove it.
apply-step-known = Known already
apply-step-ask = Questions
apply-step-check = Check and send
apply-more-title = A few more questions
apply-more = From what you answered, we need to ask a little more below.
apply-continue = Continue
apply-check = { $sentence } Legal basis: { $basis }.
apply-commune-missing = Type the name of the commune or ward, then choose it from the list.
apply-later = Keep it, go on later
apply-kept = The draft has been kept. You can go on at any time.
apply-consent = { $name } will be asked: “{ $what }”

# Check and send
check-title = Check, then send
check-answers = Your answers
check-checked = Checked by the system
check-consents = Who will be asked for consent
check-files = Papers to add
check-next = What happens next
check-promise = { $agency } receives the dossier. If it is complete today, the result comes { $due } at the latest.
check-pay = Fee due: { $amount }, paid after sending.
check-free = There is no fee for you.
check-send = Send the dossier
check-back = Change an answer

# Dossiers
list-procedure = Procedure
list-code = Dossier code
list-filed = Sent on
list-state = State
list-done-on = Done { $date }
list-due = Due
list-empty = You have not sent any dossier
list-empty-text = What you send stands here and moves step by step by itself.
list-empty-go = See the services
list-drafts = Begun
list-draft-at = Kept at { $time }
list-sent = Sent
dossier-sent = Your dossier has been sent
dossier-sent-text = This code and every step stay in “My dossiers”. You may close this page.
dossier-pay = Pay the fee of { $amount }
dossier-supplement = Complete it now
dossier-timeline = What happened
dossier-letters = Letters
dossier-declared = What was declared
dossier-readers = Who read your data in this dossier
dossier-readers-none = No officer has opened it yet.
dossier-readers-more = { $n ->
    [one] and one more item
   *[other] and { $n } more items
}
dossier-readers-times = { $n } times, last { $time }
dossier-readers-all = See all readings
dossier-withdraw-sure = Withdrawing ends the dossier. To start over you file a new one; what you declared can be used again.
dossier-withdrawn = The dossier has been withdrawn.
dossier-supplement-sent = Sent. The clock is running again.
supplement-title = Something more is needed from you
supplement-file = Papers the officer asks for
supplement-other = Other papers the officer asks for
supplement-note = A note to the officer
supplement-asked = The officer writes:
next-pay = Pay the fee of { $amount }, then the dossier will be examined.
next-consent = Waiting for the consent of { $names }. You need not do anything.
next-supplement = The officer needs something more from you. See below.
next-due = { $agency } is working on it. You need not do anything. The result comes { $due } at the latest.
next-wait = { $agency } has received it. You need not do anything.
next-done = There is a result. The signed letter is below.
next-refused = The dossier was not granted. Reason and legal basis are below.
ahead-accepted = { $agency } examines it
ahead-proposed = The head signs the result
ahead-done = The result is announced, the registers updated
act-reason = Reason: { $reason }
act-basis = Basis: { $basis }
act-letter = Signed: { $letter }
act-acknowledge = Recorded
act-confirm = Confirmed
letter-receipt = Receipt and appointment
letter-supplement = Request for more
letter-result = Result
letter-refusal = Refusal
letter-late = Apology and new date
letter-being-made = being set and signed

# Consent
consent-title = Your consent is asked
consent-heading = { $name } asks for your consent
consent-who = Who asks
consent-what = About
consent-source = The applicant signed in with an e-identity account.
consent-question = You are asked
consent-details = What the dossier says
consent-basis = Basis: { $basis }
consent-note = A word to add (optional)
consent-yes = I agree
consent-no = I do not agree
consent-until = You can answer until the end of { $date }. Nobody may force you.
consent-given = You agreed
consent-refused = You did not agree
consent-settled = You need not answer any more: somebody else agreed, and that is enough.
consent-thanks-yes = Your consent has been recorded.
consent-thanks-no = Recorded: you do not agree.
consent-back = Back to the inbox

# Inbox
inbox-empty = Your inbox is empty
inbox-empty-text = Notices about dossiers and requests for consent arrive here.
inbox-new = new
inbox-mark = Mark all as read
inbox-all-read = All marked as read.

# Paying
pay-title = Pay the fee
pay-lead = { $amount } for dossier { $code }.
pay-paid = The fee of this dossier has been paid.
pay-back = Back to the dossier
pay-qr = Scan with your bank’s app
pay-how = Amount and purpose are in the code. Do not change the purpose of the transfer.
pay-by-hand = Or make the transfer yourself
pay-account-name = Payee
pay-account = Account number
pay-bank = Bank code
pay-amount = Amount
pay-purpose = Reference
pay-after = After paying
pay-after-text = The bank tells us within seconds and the dossier moves on by itself. You can close this page.
pay-demo = Simulated bank
pay-demo-text = In the demo only: no real money. This button sends the message a bank would send.
pay-demo-button = Pretend { $amount } was paid
pay-payload = Content of the QR code
pay-thanks = The fee has been received.

# Home and catalogue
home-title = Home
home-hello = What do you need today?
home-hello-name = Hello { $name }, what do you need today?
home-example = For example: temporary residence, absence, guests
home-find = Search
home-demo = This is a demo
home-demo-text = Everybody here was made by the program. Choose a role and follow one dossier from the first question to the signature.
home-demo-go = Choose a role
home-waiting = Waiting for you
home-your-word = Consent asked
home-answer = Answer
home-open = Open the dossier
home-services = Services
home-today = The province today
home-as-of = As of { $time }
home-how = How it is counted
services-search = Search services
services-none = No service found
services-none-text = Try another word, for example “temporary” or “absence”. With or without diacritics.
services-all = See all services
metric-done = dossiers finished
metric-on-time = on time or early
metric-online = filed online
metric-median = median time to a result
metric-none = none yet
letter-declaration = Electronic declaration
minutes = { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
 }
hours = { $n ->
    [one] { $n } hour
   *[other] { $n } hours
 }
days = { $n ->
    [one] { $n } day
   *[other] { $n } days
 }
apply-commune-choose = It is not clear which commune you mean. Choose one from the list, or add the name of the province.

# Desk
desk-queue = Queue
desk-mine = Waiting for me
desk-open = Open
desk-ended = Ended
desk-search = Search name or dossier code
desk-choose = Choose a dossier
desk-choose-text = The most urgent stands first. New ones appear by themselves, without loading the page again.
desk-empty = No dossier is waiting
desk-empty-text = New dossiers will appear here by themselves.
desk-known = Read from the registers
desk-known-source = These items come from the registers; the applicant did not type them. This opening is recorded and the person can see it.
desk-kept-source = The dossier has ended: these are the data read when it was filed, { $time }. This opening is recorded and the citizen sees it.
desk-answers = What the applicant answered
desk-checked = Checked by the program
desk-consent-of = Consent of { $name }
desk-consent-asked = not answered yet
desk-consent-settled = no longer needed, one is enough
desk-consent-given = agrees
desk-consent-refused = does not agree
desk-owner = owns the dwelling
desk-household-size = head of household, { $n ->
    [one] { $n } person
   *[other] { $n } people
 }
desk-free = no fee
desk-paid = paid { $amount }
desk-unpaid = { $amount } not paid yet
desk-received = sent { $time }
desk-note = Note
desk-reason = Reason
desk-basis = Legal basis
desk-proposal = The officer’s proposal
desk-write-note = What do you write to the recipient?
desk-write-note-hint = One point a line, everything at once.
desk-write-reason = Reason of the refusal
desk-write-reason-hint = Write it so that people understand it, one reason a line.
desk-write-basis = Legal basis
desk-none-found = No dossier fits
desk-none-found-text = Try another name, with or without marks, or the dossier’s code.
desk-asked-already = { $n ->
    [one] More was asked once already; this procedure allows no further request.
   *[other] More was asked { $n } times already; this procedure allows no further request.
}
desk-stale = This dossier has just changed.
desk-stale-text = What you are looking at is the former state.
desk-stale-open = See it as it is now
desk-unsent = You wrote this, and it was not sent:
desk-to-queue = Back to the queue
desk-done = Done: { $what }.
desk-new = A new dossier has come
desk-aside = Law and history
desk-law = Legal basis
desk-dwelling = At this dwelling
desk-keys = Keyboard
desk-keys-text = j k: up and down · Enter: open · a: approve · s: ask for more · r: refuse · t: send back · /: search
desk-keys-on = Use the keys
state-proposed-refusal = Waiting for the head: refusal proposed
ahead-proposed-refusal = The head looks at it

# Counter
counter-person = Person
counter-filed = Filed by me
counter-empty = Nobody helped yet
counter-empty-text = Dossiers you file for people stand here.
counter-done = Filed at the counter
counter-helping = Acting for { $name }, number { $number }
counter-helping-number = Acting for the person with number { $number }
counter-helping-until = The person has confirmed this. It holds until { $when }, or until you press the button below.
counter-done-for = { $what }, for { $name }.
counter-papers = Code and letters
counter-print-receipt = Print the receipt
counter-choose = What do they need?
counter-stop = Done, stop helping this person
counter-help = Help a person
counter-help-text = Enter their number and their code, or confirm that they are present
counter-identity = Identity and recovery
counter-identity-text = Grant level 2, give a recovery code to the person present
counter-unpaid = Fees to collect
counter-cash = { $amount } collected

# Extract of the household book, verification of letters
error-verify-no-pdf = Choose a PDF file. This page checks the original PDF only, not a photograph.
error-verify-too-many = You have just checked very many letters. Wait a minute and try again.
error-extract-too-many = At most { $max } extracts can be made in a day. You can use one you already have; it still verifies.
letter-household-book = Extract of the electronic household book
letter-seal = Electronic seal
letter-head-collective = Collective dwelling, no head
letter-head-awaited = New head awaited
verify-title = Verify a letter
verify-lead = Check whether a letter was really signed by an agency of the province and is unchanged. No sign-in needed.
verify-by-code = By the code printed on it
verify-code-ask = Verification code
verify-code-hint = 12 letters and digits beside the QR code, for example HK8S-23QA-M5ZJ. Scan the QR code and you need not type.
verify-by-file = By the PDF file
verify-file-ask = The letter’s PDF file
verify-file-hint = The file is read for this check only and not kept.
verify-check = Check
verify-privacy = Whoever checks learns whether the letter is real, who signed it and when, but no personal data. When you check by code, compare three things with the letter in your hand: number, time of signing, first letters of the name.
verify-letter = Letter
verify-good = The letter is real.
verify-good-code = This code belongs to a signed letter. To be sure that the file in your hand is unchanged, check the PDF too.
verify-good-file = The signature is right, the file is unchanged and stands in our records.
verify-making = The letter is being made and signed.
verify-making-text = Check again in a few minutes. Until it is signed it has no force.
verify-foreign = The signature is right, but the letter is not in our records.
verify-foreign-file = Ask the agency named on it before you rely on it.
verify-doubt = The file is the one we gave out, but its signature can no longer be fully checked.
verify-doubt-file = Its content is unchanged. See the reasons below, and ask the agency for a new one if needed.
verify-bad = Not a letter of ours, or changed since.
verify-bad-file = Do not rely on this file. Ask whoever gave it to you for the original PDF.
verify-kind = Kind of letter
verify-number = Number
verify-agency = Agency
verify-post = Signed by
verify-signed = Signed at
verify-dossier = Dossier code
verify-holder = Given to
verify-code = Verification code
verify-hash = SHA-256 fingerprint
verify-signature = Digital signature
verify-signature-bad = This signature is not right.
verify-covers = Covers
verify-whole = The whole file
verify-part = A part of the file
agency-police = Police of { $place }
letter-agency-short = CAX
letter-receiver = Received by
letter-system = Online reception
error-dossier-at-work = You are at work in a post. For your own matters, switch to the citizen’s role at the top.
apply-switch = Switch role
