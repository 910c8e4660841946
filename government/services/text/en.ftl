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
state-filed = Waiting for what is missing
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
inbox-wait-supplement = Dossier { $code } needs something more: open it to see what the officer wrote.
inbox-done = Dossier { $code } has its result.
inbox-refused = Dossier { $code } was refused. Open it to see the reason and the legal basis.
inbox-refused-intake = Dossier { $code } was not accepted. Open it to see why.
inbox-late = Dossier { $code } is late. The agency apologises and promises { $due }.
inbox-letter = A letter of dossier { $code } has been signed and can be downloaded.
inbox-consent-asked = { $name } asks for your consent: { $procedure }.
inbox-consent-withdrawn = Dossier { $code } has ended; you need not answer any more.
inbox-expiring = Your temporary residence ends on { $until }. You can renew it right now.
