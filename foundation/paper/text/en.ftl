error-paper-unknown-letter = The program does not have this letter. The fault has been recorded for the operator; you need not do anything.
error-paper-template = The letter could not be made because its template has a mistake. The fault has been recorded for the operator; your dossier is untouched.
error-paper-too-large = The letter is longer than allowed. Split its content into several letters and try again.
error-paper-too-slow = Making the letter took too long and was stopped. The program will try again by itself; come back in a few minutes.
error-paper-memory = The letter could not be made because it needs more memory than allowed. The program will try again by itself; come back in a few minutes.
error-paper-crashed = Making the letter was interrupted. The program will try again by itself; come back in a few minutes.
error-paper-not-started = The part that makes letters could not be started. The program will try again by itself; come back in a few minutes.
error-paper-busy = Many letters are waiting to be made. Wait a few seconds and try again.
