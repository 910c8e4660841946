# Answers
error-form-option = That answer is not in the list. Choose one of the options shown.
error-form-range = The number must be between { $low } and { $high }.
error-form-count = Choose or enter between { $low } and { $high } people.
error-form-twice = This personal number is already in a line above. Enter each person once.
error-form-birth-ahead = A date of birth cannot lie in the future. Please check it.
error-form-shape = The answer does not have the right form. Please enter it as the hint says.
error-procedure-rule = The answer does not meet this procedure's rule. Please check it.
error-procedure-check = The request does not meet a condition of this procedure. Please check your answers.

# lienthong check
check-good = Checked { $files } files: nothing wrong.
check-bad = Checked { $files } files: { $findings } mistakes. They cannot be published yet.
check-empty = { $folder }: there is no .toml file in this folder.
check-unreadable = { $file }: cannot read this file.

# Mistakes in procedure files: one sentence for what is wrong, one for what to do.
finding-toml = This is not valid TOML: { $what }.
finding-toml-fix = Mend this line; codes must stand in quotes.
finding-shape-unknown-key = There is no key “{ $key }” here.
finding-shape-unknown-key-fix = { $near ->
    [none] Remove it; docs/procedures.md lists the keys.
   *[other] Did you mean “{ $near }”?
 }
finding-shape-missing-key = The key “{ $key }” is missing.
finding-shape-missing-key-fix = Add “{ $key }”; docs/procedures.md has an example.
finding-shape-type = This is a { $got }, where a { $wanted } is needed.
finding-shape-type-fix = Write text in quotes, numbers and dates without.
finding-shape-empty = This list is empty.
finding-shape-empty-fix = Give at least one entry.
finding-shape-option = “{ $value }” is not one of: { $options }.
finding-shape-option-fix = { $near ->
    [none] Choose one of them.
   *[other] Did you mean “{ $near }”?
 }
finding-shape-range = The number is outside { $low } to { $high }.
finding-shape-range-fix = Give a number in that range.
finding-shape-blank = There must be some text here.
finding-shape-blank-fix = Write it, in Vietnamese (vi) and in English (en).
finding-shape-long = Longer than { $max } characters.
finding-shape-long-fix = Make it shorter.
finding-shape-pattern = “{ $value }” does not fit the pattern { $pattern }.
finding-shape-pattern-fix = Write it as the pattern says; docs/procedures.md has examples.
finding-expression-long = The expression is longer than { $max } characters.
finding-expression-long-fix = Split it into several conditions.
finding-expression-syntax = The expression cannot be read: { $what }.
finding-expression-syntax-fix = Look at brackets, quotes and operators.
finding-expression-not-allowed = The language of procedure files has no “{ $what }”.
finding-expression-not-allowed-fix = Use the operators and functions in docs/procedures.md; to ask whether something is there, compare it with null.
finding-expression-function = There is no function “{ $name }”.
finding-expression-function-fix = { $near ->
    [none] Use one of the functions in docs/procedures.md.
   *[other] Did you mean “{ $near }”?
 }
finding-expression-name = There is no “{ $name }” here.
finding-expression-name-fix = { $near ->
    [none] Use a name that exists at this place, such as today, known, ask.
   *[other] Did you mean “{ $near }”?
 }
finding-expression-field = { $of } has no “{ $field }”, or that question comes later.
finding-expression-field-fix = { $near ->
    [none] Add the item to known.facts, or ask before using it.
   *[other] Did you mean “{ $near }”?
 }
finding-expression-no-fields = { $path } is { $type }, which has no parts.
finding-expression-no-fields-fix = Leave out what follows the dot.
finding-expression-may-be-empty = { $path } may be empty: not asked, not answered, or not in the register.
finding-expression-may-be-empty-fix = Put “{ $path } != null && …” before it, or a when condition.
finding-expression-types = “{ $sign }” does not work between { $left } and { $right }.
finding-expression-types-fix = Compare values of the same type; to add to a date, use days(…).
finding-expression-never-empty = { $path } always has a value, so comparing it with null says nothing.
finding-expression-never-empty-fix = Remove the comparison, or check the name.
finding-expression-word = { $path } is never “{ $word }”.
finding-expression-word-fix = { $near ->
    [none] Use a value it can have.
   *[other] Did you mean “{ $near }”?
 }
finding-expression-arguments = The function { $function } takes { $wanted } arguments.
finding-expression-arguments-fix = Give them as docs/procedures.md shows.
finding-expression-argument = The function { $function } needs { $wanted }; this is { $got }.
finding-expression-argument-fix = Give the right type; for a person, add the missing item to known.facts.
finding-expression-date = “{ $text }” is not a real day.
finding-expression-date-fix = Write it like 2026-01-31.
finding-expression-exempt = There is no exemption list “{ $list }”.
finding-expression-exempt-fix = { $near ->
    [none] Add the list to data/fees/exempt.toml.
   *[other] Did you mean “{ $near }”?
 }
finding-expression-no-list = { $path } is { $type }, not a list.
finding-expression-no-list-fix = Use exists, all, filter and map on lists only.
finding-expression-result = The expression gives { $got }, where { $wanted } is needed.
finding-expression-result-fix = Make it give the right type; if it may be empty, add a when condition.
finding-ask-no-sentence = The question “{ $id }” has a check but no else sentence.
finding-ask-no-sentence-fix = Add else in both languages, saying what to change.
finding-ask-code-list = There is no code list “{ $list }”.
finding-ask-code-list-fix = { $near ->
    [none] Add the list to data/codes.
   *[other] Did you mean “{ $near }”?
 }
finding-ask-known = The question “{ $id }” asks what a register holds already ({ $item }).
finding-ask-known-fix = Remove it and read “{ $item }” in known.facts; if it really is something else, say why with not = "{ $item }".
finding-ask-why = The question “{ $id }” does not say why it is asked.
finding-ask-why-fix = Add why: why no register can answer it.
finding-ask-options = The question “{ $id }” needs at least two options.
finding-ask-options-fix = Give options, each with id and label.
finding-ask-options-not-choice = The question “{ $id }” is no choice, so it has no options.
finding-ask-options-not-choice-fix = Remove options, or make its type choice.
finding-ask-columns = The question “{ $id }” does not say which columns are filled in.
finding-ask-columns-fix = Give columns, for example ["name", "pid"].
finding-ask-columns-not-people = The question “{ $id }” is not about people, so it has no columns.
finding-ask-columns-not-people-fix = Remove columns, or make its type people.
finding-ask-max = The question “{ $id }” has no limit max.
finding-ask-max-fix = Give max: most characters, or most people.
finding-ask-link = The question “{ $id }” cannot be answered by a link.
finding-ask-link-fix = Use link for questions with one choice only; the parameter is in lower case: link = "muc".
finding-ask-range = The question “{ $id }” has a min above its max.
finding-ask-range-fix = Change the two numbers.
finding-id-shape = “{ $id }” is not a name: lower-case letters, digits and underscores.
finding-id-shape-fix = Write it like other_parent.
finding-id-twice = “{ $id }” is there already.
finding-id-twice-fix = Use another name; each name once in a table.
finding-known-item = The register has no item “{ $item }”.
finding-known-item-fix = { $near ->
    [none] See data/registers for the items.
   *[other] Did you mean “{ $near }”?
 }
finding-known-subject = That register cannot be read about that subject.
finding-known-subject-fix = population is read about login or a pick question; dwelling about an address question.
finding-known-purpose = data/purposes.toml has no purpose “{ $purpose }”.
finding-known-purpose-fix = { $near ->
    [none] Add the purpose first, with its legal basis.
   *[other] Did you mean “{ $near }”?
 }
finding-known-applicant = known.facts must have a group applicant, read about login, with at least name.
finding-known-applicant-fix = Add: applicant = {"{"} from = "population", of = "login", items = ["name"] {"}"}.
finding-known-ask = There is no question “{ $id }” to read facts by.
finding-known-ask-fix = { $near ->
    [none] Name a question of this file.
   *[other] Did you mean “ask.{ $near }”?
 }
finding-known-not-covered = The purpose “{ $purpose }” does not cover the item “{ $item }”.
finding-known-not-covered-fix = Leave the item out, or change data/purposes.toml if the law allows it.
finding-code-unknown = The list “{ $list }” has no code “{ $code }”.
finding-code-unknown-fix = { $near ->
    [none] Add the code to data/codes, or use one that is there.
   *[other] Did you mean “{ $near }”?
 }
finding-uncertain-at = There is nothing called “{ $at }” in this file.
finding-uncertain-at-fix = Give a path such as clock.starts or result.done.template.
finding-remind-item = A reminder cannot follow “{ $item }” yet.
finding-remind-item-fix = Use temporary.until.
finding-write-operation = There is no operation “{ $op }”.
finding-write-operation-fix = { $near ->
    [none] Use one of the operations in docs/procedures.md.
   *[other] Did you mean “{ $near }”?
 }
finding-write-argument = The operation { $op } has no argument “{ $argument }”.
finding-write-argument-fix = { $near ->
    [none] Remove it.
   *[other] Did you mean “{ $near }”?
 }
finding-write-missing = The operation { $op } lacks its argument “{ $argument }”.
finding-write-missing-fix = Add “{ $argument }” to with.
finding-step-no-way-out = Nothing can be done in the step “{ $state }”.
finding-step-no-way-out-fix = Give at least one action in do.
finding-step-action = There is no action “{ $action }” here.
finding-step-action-fix = { $near ->
    [none] Use an action of docs/procedures.md that stands in do.
   *[other] Did you mean “{ $near }”?
 }
finding-step-who = “{ $who }” is nobody who can do this.
finding-step-who-fix = { $near ->
    [none] Give system, applicant, or a post of the deciding agency in data/routing.toml.
   *[other] Did you mean “{ $near }”?
 }
finding-step-auto-missing = The step “{ $state }” is the system's, but does not say when.
finding-step-auto-missing-fix = Add auto, for example auto = {"{"} accept = "checks && consents && paid" {"}"}.
finding-step-auto-person = A step that people take has no auto.
finding-step-auto-person-fix = Remove auto, or make who system.
finding-step-unreached = No step leads to “{ $state }”.
finding-step-unreached-fix = Let an action lead to it, or remove it.
finding-step-endless = From “{ $state }” a dossier can never end.
finding-step-endless-fix = Add an action that leads to a final state.
finding-state-unknown = There is no state “{ $state }”.
finding-state-unknown-fix = { $near ->
    [none] Name a step of this file.
   *[other] Did you mean “{ $near }”?
 }
finding-state-no-result = A dossier ends in “{ $state }”, but the file does not say with which result.
finding-state-no-result-fix = { $near ->
    [none] Add [[result]] with on = "{ $state }", or add the step.
   *[other] Add [[result]] with on = "{ $state }"; or did you mean “{ $near }”?
 }
finding-state-name = The step “{ $state }” has no name to show.
finding-state-name-fix = Add name in both languages to that step.
finding-refusal-reason = A refusal at “{ $state }” does not ask for its reason and legal basis.
finding-refusal-reason-fix = Add ["reason", "basis"] to needs.
finding-result-on-step = “{ $state }” is still a step, so nothing has ended there.
finding-result-on-step-fix = Put the result on a state that is no step.
finding-result-outcome = A state of refusal is said to be granted.
finding-result-outcome-fix = Write outcome = "refused".
finding-result-none-granted = No result grants what was asked for.
finding-result-none-granted-fix = Add [[result]] with outcome = "granted".
finding-four-eyes = This step and “{ $state }” are both for { $who }, so they are not two people.
finding-four-eyes-fix = Give the two steps to different posts.
finding-row-last = The last row still has a condition, so somebody falls under no row.
finding-row-last-fix = Add a last row without when.
finding-row-hides = This row has no condition, so the rows after it are never reached.
finding-row-hides-fix = Add when, or move it to the end.
finding-limit-unit = A time limit has exactly one unit.
finding-limit-unit-fix = Give one of working_days, days, hours, same_day = true.
finding-warn-early = The warning comes before the limit even starts.
finding-warn-early-fix = Make left smaller than the limit.
finding-fee-channel = There is no amount for the channel { $channel }.
finding-fee-channel-fix = Add { $channel } to vnd; write 0 if nothing is charged.
finding-fee-count = per = "person" goes with count; a fee by dossier has no count.
finding-fee-count-fix = Add count (the number of people), or remove one of the two.
finding-fee-not-exemption = The row “{ $id }” applies to some people only, but is no exemption.
finding-fee-not-exemption-fix = Add exemption, saying who is exempt, or make it a case of its own.
finding-fee-exemption-amount = Somebody exempt pays 0.
finding-fee-exemption-amount-fix = Write 0 for every channel.
finding-fee-no-law = data/fees/legal.csv has no fee for the case “{ $case }” by { $channel }.
finding-fee-no-law-fix = Add that row to the table with its basis before giving an amount here.
finding-fee-not-law = The fee of the case “{ $case }” by { $channel } differs from the law: { $law }.
finding-fee-not-law-fix = Write { $law }, or change data/fees/legal.csv if the law has changed.
finding-fee-per = The case “{ $case }” is counted (by dossier or person) unlike the law.
finding-fee-per-fix = Make per agree with data/fees/legal.csv.
finding-clock-late = The limit is in days, but there is no apology for being late.
finding-clock-late-fix = Put late into [clock], with the template xin-loi-hen-lai.typ.
finding-result-form = This result names no form, though the procedure has forms.
finding-result-form-fix = Give form, for example form = "CT08".
finding-letter-missing = There is no letter template “{ $template }”.
finding-letter-missing-fix = { $near ->
    [none] Add the template to data/letters.
   *[other] Did you mean “{ $near }”?
 }
finding-letter-variable = The template { $template } needs “{ $name }”, which it is not given.
finding-letter-variable-fix = Add “{ $name }” to letter, or read the item in known.facts.
finding-letter-unknown = The template { $template } does not use “{ $name }”.
finding-letter-unknown-fix = { $near ->
    [none] Remove it.
   *[other] Did you mean “{ $near }”?
 }
finding-route-role = data/routing.toml has no role “{ $role }”.
finding-route-role-fix = { $near ->
    [none] Add the role first.
   *[other] Did you mean “{ $near }”?
 }
finding-route-communes = { $count } communes do not lead to exactly one agency “{ $role }”.
finding-route-communes-fix = Mend the role's agency code in data/routing.toml; it needs {"{"}commune{"}"}.
finding-valid-order = It ends before it begins.
finding-valid-order-fix = Change valid.from or valid.to.
finding-version-twice = Version { $version } is in { $file } already.
finding-version-twice-fix = Raise the version number.
finding-valid-overlap = This version begins while version { $version } ({ $file }) is still in force.
finding-valid-overlap-fix = Give the older version a valid.to, the day before this one begins.
finding-valid-gap = Between version { $version } ({ $file }) and this one there are days without any version in force.
finding-valid-gap-fix = Let this version begin on { $day }.
finding-path-twice = The address { $path } is used in { $file } already.
finding-path-twice-fix = Choose another address.
finding-dispute-unknown = There is no procedure { $code } by which wrong facts are corrected.
finding-dispute-unknown-fix = Give the code of a procedure among these files.
finding-shared-unknown = data/shared.toml has no “{ $id }”.
finding-shared-unknown-fix = { $near ->
    [none] Add it to data/shared.toml, or remove the name.
   *[other] Did you mean “{ $near }”?
 }
finding-known-unused = The item “{ $item }” is read but used for nothing.
finding-known-unused-fix = Leave it out: read only what is needed.
finding-clock-runs-on = The step “{ $state }” waits for the applicant while the clock runs on.
finding-clock-runs-on-fix = Add “{ $state }” to clock.stops.
finding-ask-else = The question “{ $id }” has an else sentence but no check.
finding-ask-else-fix = Add check, or remove else.
finding-result-writes = A granted result does not say what it writes into registers.
finding-result-writes-fix = Add writes; if nothing is written, writes = [].
