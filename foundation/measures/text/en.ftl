error-measures-indicator-file = The indicator file { $file } cannot be used: { $why }. Correct the file and start again.
error-measures-indicator-unknown = There is no such indicator. Choose one from the list.
