error-app-address-taken = The address { $address } cannot be opened: another program uses it, or it is not permitted. Choose another port with --port.
error-app-secret-open = The secret file { $file } is damaged or can be read by others. Set its mode to 0600, or restore it from a backup.
error-app-data-busy = Another program is working on the folder { $folder }. Stop it first, or name another folder with --data.
error-app-data-none = There is no province in the folder { $folder }. Name the folder of its data with --data.
error-app-today = --today is a day such as 2026-11-23.
error-app-database-same = Source and target are the same. Name another database to copy into.
error-app-database-unnamed = No database was named. Give --config with the settings, or --database with a postgres:// address.
error-app-backup-unnamed = { $option } is missing: name it on the command line, or under [backup] in the settings and give --config.
error-app-backup-engine = This backup holds only keys: the database is PostgreSQL and was backed up by its own tools. docs/backup.md says how to rehearse that.
error-app-backup-space = There is no room in { $folder } for a copy of the database; { $size } are needed. Make room, or name another disk of this machine with --scratch.
error-app-backup-differs = What was restored is not what was backed up, or not how the journal began. Do not use it. Take another backup and look at the disks; keep this one as it is until you know why.
error-app-backup-later = The checkpoint is of { $size } entries and the backup has only { $entries }. Compare with a checkpoint from before the backup.

app-progress-generate = Making synthetic people
app-progress-survey = Looking at the file
app-progress-check = Checking rows
app-progress-import = Importing people
app-progress-index = Making indexes
app-progress-export = Exporting people
app-progress-match = Comparing records
app-progress-database-copy = Copying rows
app-progress-database-compare = Comparing both sides
app-progress-snapshot = Copying the database
app-progress-backup = Backing up
app-progress-backup-verify = Reading backups back
app-progress-restore = Restoring
app-backup-key = Two key files were made. { $private } opens the backups: take it off this machine and keep it in two safe places; without it no backup can be restored, and nobody can help. { $public } makes the backups and goes onto the machine of the province.
app-backup-done = Backed up as of { $time }: { $size } in { $chunks } pieces; written and read back: { $new } pieces, { $written }. { $file }
app-backup-journal = The journal in it has { $entries } entries, root { $root }
app-backup-keys-only = Only keys/ was backed up: the database is PostgreSQL and is backed up by its own tools, see docs/backup.md.
app-backup-pruned = Old backups removed: { $n }; { $size } are free again.
app-backup-unrecorded = The database is of another version than this program. The backup is whole, but was not recorded in the journal, so as to change nothing in the database.
app-backup-line = { $time }  { $size }  { $entries } entries  (version { $program })
app-backup-hit = Backup of { $time }: cannot be restored
app-backup-faults = { $n ->
    [one] One fault was found.
   *[other] { $n } faults were found.
}
app-backup-whole = { $n } backups, { $chunks } pieces ({ $size }): all there, all as they were written. Give the private key to open them too.
app-backup-opened = { $n } backups, { $chunks } pieces ({ $size }): all there, all opened, all what they should be.
app-restored = Restored into { $folder }: as of { $time }, { $entries } entries, the last of { $newest }. Every page and every entry was recomputed; root { $root }, the one that was backed up.
app-restored-keys = Restored into { $folder } as of { $time }: only keys/. The database is PostgreSQL and is restored by its own tools, see docs/backup.md.
app-restored-next = What was done after that moment is not in it. If a later checkpoint is kept elsewhere (--witness), the program will say that the journal forked and start only with --accept-fork: that is right, and it will be on record.
app-rehearsed = The rehearsal went well. Backup of { $time }: { $entries } entries recomputed, root { $root } as backed up. The trial copy was removed.
app-rehearsed-living = The rehearsal went well. Backup of { $time }: { $entries } entries recomputed, root { $root }, and so the living journal began; recorded there. The trial copy was removed.
app-database-copied = Copied and compared: { $rows } rows of { $tables } tables ({ $now } rows in this run, { $seconds } s, { $rate } rows/s). Journal entries: { $entries }, root { $root }, the same as the source.
app-database-copied-next = Next: keep the data folder (it has keys/), write the new database’s address into the settings, and start the province. Do not start it on the old database again, or there will be two journals.
app-database-distributed = { $n } statements run; the other tables were distributed before or stay on the coordinator.
app-match-done = { $compared } pairs compared; { $new } pairs that may be one person added to the review list; { $common } groups too common to compare.
app-import-done = { $rows } rows read; { $added } people added, { $filled } completed, { $same } unchanged, { $disputed } with differences; { $bad } bad rows left out.
app-import-refused = { $rows } rows checked, { $bad } bad. Nothing was written. Mend the rows named in the report and import again, or leave out --all-or-nothing to take the good ones.
app-import-nobody = There is nobody in this file. Check the file and --format.
app-import-report = Report by row: { $file }
app-export-done = { $persons } people exported. SHA-256: { $hash }

app-foot-verify = Verify a letter
app-foot-data = How we keep your data
app-foot-journal = The public journal
app-foot-access = Accessibility

# Operator
op-title = Running the province
op-staff = People and appointments
op-staff-text = Who works where, from when to when
op-definitions = Procedures in force
op-definitions-text = Versions, dates, what is not certain
op-communes = Merging communes
op-communes-text = Which commune becomes part of which, and when.
op-journal = Health of the journal
op-journal-text = { $n } entries, checkpoints, copies outside
op-failed = Jobs that failed
op-none-failed = No job has failed
op-none-failed-text = Failed jobs would stand here with their cause.
op-jobs = Jobs
op-no-jobs = No jobs yet
op-followers = Views that follow the journal
op-name = Name
op-cursor = Read up to
op-state = State
op-kind = Kind
op-count = Count
op-attempts = Attempts
op-cause = Cause
op-next = Tried again at
op-action = Action
op-kind-of-services-letter = Setting and signing a letter
op-follower-access-log = Each person’s log of readings
op-follower-measures = Figures for the operations screen
op-follower-identity-register-news = News for accounts
op-lag = { $n } entries behind
op-up-to-date = up to date
op-job-waiting = waiting
op-job-running = running
op-job-done = done
op-job-dead = set aside
op-retry = Run again
op-retried = Put back into the queue.
op-in-force = in force
op-not-in-force = not in force
op-procedure = Procedure
op-code = Code · version
op-valid = In force
op-valid-from = from { $from }
op-valid-from-to = { $from } – { $to }
op-uncertain = What is not certain
op-uncertain-text = Written in the definition file itself; people see it on the start page of the service too.
op-uncertain-count = { $n ->
    [one] { $n } point
   *[other] { $n } points
}
op-sound = The journal is intact
op-sound-text = The newest { $n } entries were recomputed in { $ms } milliseconds, at { $time }. All of it: “lienthong journal verify”.
op-unsound = The journal does not match
op-unsound-text = Stop writing and look at the faults below.
op-entries = Entries
op-sealed = Sealed away
op-sealed-text = up to entry { $n }
op-none = none yet
op-signed-at = Newest checkpoint signed at
op-outside = Copies of the checkpoint outside of the database
op-outside-good = written
op-backup = Newest backup
op-forked = Checkpoints of another history
op-forked-text = This journal forked once; these checkpoints are kept as evidence.
op-root = Root of the tree
op-checkpoint = Newest signed checkpoint
op-checkpoint-text = Whoever has the public key can check later that no entry was changed.

# About
about-data = How we keep your data
about-data-1 = Data are read only for a purpose that the law allows, by somebody who holds the right post, and each reading is recorded, refused ones too.
about-data-2 = Under “My data” you see who read yours, as a rule within a second.
about-data-3 = The journal is chained into a hash tree: nobody can change or remove an entry unnoticed. There are no personal data in the tree.
about-data-4 = If something is wrong, you ask for a correction right on the page of your data.
about-access = Accessibility
about-access-1 = This site works by keyboard, with a screen reader, at 200 % text and with scripts off.
about-access-2 = Every page of the journeys is checked against WCAG 2.2 AA in each test run.
about-access-3 = If you cannot do it yourself, a clerk at the counter or a community team can help; you confirm before anything is sent.
about-access-4 = If something is hard to use, call the support number at the foot of the page and say which page you are on.

# Settings, and the doctor
error-app-config-unreadable = { $file } cannot be read. Check its name and who may read it.
error-app-config-wrong = { $file }, line { $line }: { $why }. “lienthong config example” prints an example with every key explained.
error-app-config-secret-open = { $file } holds a secret but others can read it. Set its mode to 0600 (chmod 600).
config-good = { $file }: fit for use.
doctor-folder-good = Data folder { $folder }: there, and writable.
doctor-folder-bad = Data folder { $folder } is missing or not writable. Make it and give it to the user that runs the program.
doctor-space-good = { $free } GiB of disk are free.
doctor-space-warn = Only { $free } GiB of disk are free. Clear or extend the disk this week.
doctor-space-bad = Only { $free } GiB of disk are free. Make room now: on a full disk the program refuses every new dossier.
doctor-secrets-good = Secret files in keys/: readable by their owner only.
doctor-secrets-bad = Others can read { $files } in keys/. Set their mode to 0600, and take these keys for known.
doctor-keys-good = Signing key { $file }: { $days } days left.
doctor-keys-warn = Signing key { $file } has only { $days } days left. Rotate it before it ends.
doctor-keys-bad = No usable signing key { $file } ({ $days } days left, or its secret key is missing). Restore keys/ from the backup, or rotate.
doctor-letters-good = Letters can be set.
doctor-letters-bad = No letter can be set: { $cause }. Look at free memory and whether child processes may run.
doctor-database-good = Database: opens ({ $engine }), right version.
doctor-database-bad = The database cannot be opened: { $cause }. Check its address, its permissions and its server.
doctor-clock-good = Clock: no entry of the journal lies in the future.
doctor-clock-bad = The newest entry of the journal lies { $seconds } seconds in the future: the clock went back. Turn on time synchronisation (chrony) and look again.
doctor-followers-good = Views: up to date with the journal.
doctor-followers-warn = Views that lag or fail: { $names }. Look at the operator's page.
doctor-jobs-good = Background work: nothing set aside.
doctor-jobs-warn = { $n } pieces of background work were set aside. See why on the operator's page, then press “Run again”.
doctor-journal-good = Journal: { $n } entries, recomputed from first to last and right.
doctor-journal-bad = The journal does not hold ({ $n } entries). Stop writing, keep the machine as it is and compare with the backup.
doctor-backup-good = Newest backup: { $time }.
doctor-backup-warn = The newest backup is { $days } days old ({ $time }). Look why “lienthong backup” no longer runs, and run it.
doctor-backup-bad = The backups in { $folder } cannot be looked at: { $cause }. Check whether the disk is mounted and the key file is there, then run “lienthong backup verify”.
doctor-backup-none-warn = There is no backup in { $folder } yet. Check whether the disk is mounted, and run “lienthong backup”.
doctor-listens-good = A program listens at { $address }.
doctor-listens-warn = Nothing listens at { $address }. If the province should be running, read the service's log.
doctor-well = Nothing is wrong.
doctor-ill = { $n ->
    [one] One thing must be mended.
   *[other] { $n } things must be mended.
}

# The journal on the command line
journal-counted = The journal has { $n } entries, root of the tree { $root }
journal-erased = Entries of which a part was erased by law: { $n }; the proofs of them stay.
journal-sound-unsigned = The journal is whole. There are no signing key and no checkpoint yet: they are made when the province first runs.
journal-sound = The journal is intact: recomputed from first to last; signed checkpoints that agree: { $kept }.
journal-unsound = The journal does not match; faults: { $n }. Stop writing, keep the machine as it is and compare with the backup.
journal-contradicted = Signed checkpoints in the database that are not rightly signed or contradict the journal: { $n }. Those rows were changed. Keep the machine as it is and compare with the backup.
journal-forked-once = Note: this journal forked once. Checkpoints of another history kept as evidence: { $n }.
journal-exported = { $dir }: entries { $from }–{ $to } exported as of the checkpoint with { $size } entries; bundles of 256 written: { $written }, right already: { $left }.
journal-exported-sealed = Entries 1 to { $n } were sealed away, so only their hashes are here; what they say is in the sealed files.
journal-segment = { $file }: sealed entries { $from }–{ $to }
journal-sealed-to = Sealed up to entry { $n }.
journal-sealed-nothing = Nothing new to seal: only whole bundles of 256 entries from before the chosen day are sealed.
journal-dropped-to = Dropped from the database up to entry { $n }; their hashes stay.
journal-dropped-later = Sealed entries from { $n } on stay for now, because a view has not read them yet or they are the newest; run again later.
journal-restored-nothing = No entries were dropped from the database, so nothing has to be put back.
journal-restored = Entries from { $n } on are in the database again.

# Demo
demo-title = Choose a role
demo-lead = Everything happens in { $place }. Open a few private windows to play several roles at once.
demo-citizen = Citizen
demo-be = Be { $name }
demo-password = You can sign in as usual, too: the number above and the password “{ $password }”.
demo-what-citizen = Wants to live for a time in the house of the head below, with a small child.
demo-what-parent = The child’s other parent: asked for consent on an own account.
demo-what-owner = Head of the household and owner of the house: agrees or not.
demo-what-officer = Examines dossiers, proposes or asks for more.
demo-what-head = Approves, sends back or refuses, and signs.
demo-what-clerk = Files for a person at the counter, who confirms.
demo-what-next-door = Police of the next commune: does not see the dossiers of this one.
demo-what-auditor = Looks at who read personal data.
demo-what-viewer = Watches the province’s numbers in real time.
demo-what-operator = Runs it: people, procedures, jobs, journal.

# The command appoint
appoint-done = The post is given.
appoint-code = The person opens { $url } and enters the personal number and the code below to set a password. The code works once, until { $until }.

# The command communes
app-communes-none = No merger of communes has been recorded.
app-communes-line = From { $on }, { $old } is part of { $new }. Basis: { $basis }
