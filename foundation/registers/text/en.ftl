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
error-residence-head-minor = The head of household is 18 or older, unless everybody in it is younger. Choose somebody else.
error-residence-stay-long = Lodging is for less than 30 days. For longer, register temporary residence.
error-residence-absent-already = An absence has been declared for these days. End the old one first.

# Demo data
error-registers-not-empty = The data store already has people, so no demo data are made over them. Use a new data folder.
error-registers-province-empty = No commune of province { $province } is known. Choose one of the 34 province codes.

# Who read
access-by-self = You
access-by-member = A member of your household
access-by-representative = Your representative
access-by-post = An officer
access-by-person = A person filing a request
access-by-system = The system, to settle a dossier
