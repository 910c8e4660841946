error-measures-indicator-file = The indicator file { $file } cannot be used: { $why }. Correct the file and start again.
error-measures-indicator-unknown = There is no such indicator. Choose one from the list.

# The small live page
viewer-title = The province today
viewer-none-today = none yet today
viewer-as-of = as of { $time }
viewer-days = the last { $days } days
viewer-by-commune = By commune, today
viewer-commune = Commune
viewer-filed = Received
viewer-done = Finished
viewer-empty = No dossier yet today
viewer-empty-text = Numbers appear by themselves with the first dossier.
method-title = How the numbers are counted
method-lead = Each number is counted from the system’s journal; nobody types it.
method-name = Indicator
method-how = How it is counted
viewer-numbers = Numbers
