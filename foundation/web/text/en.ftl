# Page frame and components
web-skip = Skip to main content
web-demo = Demonstration: everything here is made up.
web-acting = You are acting for the person whose personal number ends in { $end }.
web-acting-change = Change or stop
web-nav-main = Main sections
web-nav-bar = Shortcuts
web-nav-services = Services
web-nav-dossiers = My applications
web-nav-dossiers-short = Applications
web-nav-data = My data
web-nav-data-short = My data
web-nav-inbox = Inbox
web-nav-desk = Desk
web-nav-desk-short = Desk
web-nav-lookup = Find people
web-nav-lookup-short = Find
web-nav-viewer = Overview
web-nav-counter = Service counter
web-nav-counter-short = Counter
web-nav-identity = Identity
web-nav-journal = Journal
web-nav-auditor = Audit
web-nav-operator = Administration
web-unread = unread
web-role = Working as
web-role-citizen = Citizen
web-account = Account and devices
web-sign-in = Sign in
web-sign-out = Sign out
web-crumbs = You are here
web-support = Support
web-home = Go to the home page
web-close = Close
web-copy = Copy
web-copied = Copied
web-print = Print this page
web-change = Change
web-all = All
web-filter = Filter
web-filter-clear = Clear filters
web-fresh = new
web-loading = Loading…
web-stale = Out of date
web-live = Live
web-live-wait = Connecting…
web-live-lost = Connection lost, reconnecting
web-draft-saved = Draft saved at {"{"}time{"}"}.
web-draft-failed = The draft could not be saved; trying again.
web-keys = Keyboard shortcuts
web-keys-switch = Use shortcuts on this device
web-key-next = Next dossier
web-key-before = Previous dossier
web-key-open = Open the dossier
web-key-approve = Approve
web-key-ask = Ask for more
web-key-refuse = Refuse
web-key-search = Search
web-key-help = This list
web-steps = Steps
web-step-done = done
web-pages = Pages
web-page = Page { $page }
web-page-of = Page { $page } of { $pages }
web-page-before = Previous
web-page-after = Next
web-facts-wrong = Something not right?
web-moment-done = Done
web-moment-now = In progress
web-moment-next = Next
web-moment-bad = Unsuccessful
web-today-at = { $time } today
web-yesterday-at = { $time } yesterday

# Questions
web-optional = optional
web-choose = Choose one
web-day = Day
web-month = Month
web-year = Year
web-error-word = Error
web-errors-title = { $n ->
    [one] There is one thing to check
   *[other] There are { $n } things to check
}
web-address-hint = Type the new or the old name, with or without diacritics.
web-address-line = House number, hamlet or residential group
web-address-which = Which of these do you mean?
web-address-none = No commune or ward matches. Try fewer letters, or the old name.
web-address-some = suggestions, use the arrow keys to choose
web-file-hint = PDF, or a JPEG, PNG or HEIC photo, up to { $max } MB each.

# Deadlines
web-left-days = { $n ->
    [one] 1 day left
   *[other] { $n } days left
}
web-left-minutes = { $n } min left
web-left-today = due today
web-late-days = { $n ->
    [one] 1 day late
   *[other] { $n } days late
}
web-late-hours = { $n ->
    [one] 1 hour late
   *[other] { $n } hours late
}
web-late-minutes = { $n } min late

# Error pages
web-error-input = Not accepted
web-error-token = This page has expired
web-error-sign-in = Please sign in
web-error-not-allowed = You don’t have permission
web-error-not-found = Page not found
web-error-conflict = Something else has changed
web-error-often = Please wait a moment
web-error-busy = We are very busy right now
web-error-unavailable = Temporarily unavailable
web-error-bug = Something went wrong on our side
web-error-back = Back to the page before
web-error-trace = Trace number: { $trace }
web-resend = Send again
web-resend-lead = What you typed is still here. You only need to send it again.
web-resend-files = Attached files have to be chosen again.

error-access-not-signed-in = You need to sign in to see this page.
error-access-not-in-post = This page is for officers working in the right post. If you hold that post, switch your role at the top right.
error-form-token-wrong = To protect you, we only accept forms opened in your own session. The page you sent was opened in a different session, or your browser is blocking cookies.
error-form-token-expired = This page was open for too long and is no longer valid. Nothing has been sent.
error-rate-account = You opened or sent pages too often in a short time. Wait { $seconds } seconds, then try again. Nothing has been lost.
error-rate-address = Too many requests are coming from the network you are using. Wait { $seconds } seconds, then try again. If it is urgent, use a device you have signed in on before, or another network such as mobile data.
error-form-foreign-origin = This form was sent from a different website, so it was not accepted. Open our page and start again from there.
error-form-too-large = What you sent is too large. Make the files smaller, or send them one at a time.
error-form-unreadable = We could not read what was sent. Reload the page and try again.
error-form-too-slow = The connection was too slow to receive everything. Try again when it is better.
error-common-timed-out = This took too long, so we stopped waiting. Check your applications before sending again.
error-common-method = This address does not accept that kind of request. Go back to the home page.
error-form-not-a-number = Enter a number, for example 12.
error-form-not-money = Enter an amount in đồng, for example 15.000.
error-date-part-missing = Enter the day, the month and the year.
error-form-not-offered = Choose one of the options offered.
error-upload-empty = The file “{ $name }” is empty. Choose another file.
error-upload-too-large = The file “{ $name }” is larger than { $max } MB. Make it smaller, or take the photo again at a lower resolution.
error-upload-kind = The file “{ $name }” is not a PDF, JPEG, PNG or HEIC. Take a photo, or save it as a PDF.
error-upload-name-lies = The name “{ $name }” does not match its content, which is { $kind }. Choose the right file, or rename it.
error-upload-damaged = The file “{ $name }” is cut off or damaged. Open it on your device to check, then choose it again.
error-upload-pixels = The picture “{ $name }” has too many points to be opened safely. Take it again, or save it in a smaller size.
error-upload-too-many = You can send at most { $max } files at a time. Send the rest next time.
web-waiting-title = Very many people are here right now
web-waiting-page = This page opens again by itself in { $seconds } seconds. You need not do anything.
web-waiting-form = Everything you typed is still here. Wait a few seconds, then send it again.
web-waiting-unkept = Nothing was sent. Wait a few seconds, go back to the page before and send it again.
web-waiting-now = Try again now
web-waiting-place = Your place in the line is kept: who came first is let in first.
