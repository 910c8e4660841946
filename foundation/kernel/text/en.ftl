# Shared words
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday

# Time limits and the clock of a dossier
budget-working-days = { $n ->
    [one] 1 working day
   *[other] { $n } working days
}
budget-days = { $n ->
    [one] 1 day
   *[other] { $n } days
}
budget-hours = { $n ->
    [one] 1 hour
   *[other] { $n } hours
}
budget-same-day = the same day (received after { $cutoff }: the next working day)
clock-left-working-days = { $n ->
    [0] due today
    [one] 1 working day left
   *[other] { $n } working days left
}
clock-left-days = { $n ->
    [0] due today
    [one] 1 day left
   *[other] { $n } days left
}
clock-left-hours = { $n ->
    [one] 1 hour left
   *[other] { $n } hours left
}
clock-left-minutes = { $n ->
    [0] less than a minute left
    [one] 1 minute left
   *[other] { $n } minutes left
}
clock-over-working-days = { $n ->
    [0] overdue since closing time
    [one] 1 working day overdue
   *[other] { $n } working days overdue
}
clock-over-days = { $n ->
    [0] overdue since closing time
    [one] 1 day overdue
   *[other] { $n } days overdue
}
clock-over-hours = { $n ->
    [one] 1 hour overdue
   *[other] { $n } hours overdue
}
clock-over-minutes = { $n ->
    [0] just overdue
    [one] 1 minute overdue
   *[other] { $n } minutes overdue
}
clock-stopped-working-days = { $n ->
    [0] paused
    [one] paused, 1 working day left
   *[other] paused, { $n } working days left
}
clock-stopped-days = { $n ->
    [one] paused, 1 day left
   *[other] paused, { $n } days left
}
clock-stopped-hours = { $n ->
    [one] paused, 1 hour left
   *[other] paused, { $n } hours left
}
clock-stopped-minutes = { $n ->
    [one] paused, 1 minute left
   *[other] paused, { $n } minutes left
}

# Shared errors
error-person-id-shape = A personal number has exactly 12 digits. Look at the front of the identity card and type it again.
error-place-commune-code-shape = A commune code has exactly 5 digits; “{ $code }” has not. Choose the commune from the suggestions.
error-place-province-code-shape = A province code has exactly 2 digits; “{ $code }” has not. Choose the province from the list.
error-date-unreal = There is no such date. Type the day, month and year again.
error-form-missing = This question has not been answered.
error-form-too-long = The answer is longer than { $max } characters. Please shorten it.
error-calendar-past-table = The working calendar reaches to the end of { $year }, so a later deadline cannot be computed yet. The administrator has to add the next year.
error-calendar-before-table = The working calendar begins in { $year }, so a limit that starts earlier cannot be computed. Check the starting day.
error-calendar-file = Line { $line } of the calendar file { $file } cannot be used. Mend that line and start again.
error-calendar-line = “{ $line }” cannot be read. A line looks like DATE AMOUNT UNIT, for example “2026-02-12 3 working-days”; units are working-days, days, hours and same-day.
error-calendar-budget-shape = The time limit “{ $text }” cannot be read. Write a number and a unit, for example “3 working-days”, “20 days”, “1 hours” or “same-day”.
error-access-not-allowed = You are not permitted to do this. If you think that is a mistake, contact the agency in charge.
error-common-not-found = Not found. Check the address or go back to the home page.
error-common-changed-meanwhile = Somebody else has just changed this. Load the page again to see the new state, then go on.
error-common-busy = The system is very busy. Wait a few seconds and try again; what you typed is still there.
error-common-unavailable = A part of the system is not available right now. Try again in a few minutes; nothing has been changed.
error-common-bug = Something went wrong on our side, not yours. Try again; if it happens again, tell support the trace number.
