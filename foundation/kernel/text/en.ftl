# Shared words
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday

# Shared errors
error-person-id-shape = A personal number has exactly 12 digits. Look at the front of the identity card and type it again.
error-place-commune-code-shape = A commune code has exactly 5 digits; “{ $code }” has not. Choose the commune from the suggestions.
error-place-province-code-shape = A province code has exactly 2 digits; “{ $code }” has not. Choose the province from the list.
error-date-unreal = There is no such date. Type the day, month and year again.
error-form-missing = This question has not been answered.
error-form-too-long = The answer is longer than { $max } characters. Please shorten it.
error-calendar-past-table = The working calendar reaches to the end of { $year }, so a later deadline cannot be computed yet. The administrator has to add the next year.
error-access-not-allowed = You are not permitted to do this. If you think that is a mistake, contact the agency in charge.
error-common-not-found = Not found. Check the address or go back to the home page.
error-common-changed-meanwhile = Somebody else has just changed this. Load the page again to see the new state, then go on.
error-common-busy = The system is very busy. Wait a few seconds and try again; what you typed is still there.
error-common-unavailable = A part of the system is not available right now. Try again in a few minutes; nothing has been changed.
error-common-bug = Something went wrong on our side, not yours. Try again; if it happens again, tell support the trace number.
