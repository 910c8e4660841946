# Places
places-none = No commune was found for “{ $q }”. Check the spelling, or add the name of the province.
places-was = formerly: { $unit }
places-now = today: { $unit }
places-divided-note = divided between several communes, look at the exact address
places-on-day = { $code }  { $unit } (on { $on })
places-made-of-head = Formed on 1 July 2025 from:
places-part = (part of it)
places-same = { $unit } stayed the same between these two days.
places-became = Since 1 July 2025, { $old } has been in { $new }.
places-divided = On 1 July 2025, { $old } was divided between { $count } communes; usually it is { $new }. Look at the exact address to choose the right one.
places-earlier = Before 2025, { $old } was merged into { $into } (by { $by } at the latest; inferred from the lists, the resolution was not read). Today it is { $new }.
places-made-of = { $unit } was formed on 1 July 2025 from: { $from }.
places-merged = Since { $on }, { $old } has been part of { $new }.
places-problem = The place could not be looked up

error-place-unknown = No commune has the code { $code }. Choose the commune from the suggestions.
error-place-not-on-date = { $when ->
    [gone] The code { $code } ({ $place }) was in use until 30 June 2025 only, so it cannot be used for { $on }. Since 1 July 2025 this place has been: { $others }. Choose the commune again.
    [earlier] The code { $code } ({ $place }) was no longer in use on { $on }; the place had been merged into { $others }. Choose the commune again.
    [merged] The code { $code } ({ $place }) was in use until { $last } only, so it cannot be used for { $on }. The place was merged into: { $others }. Choose the commune again.
   *[early] The code { $code } ({ $place }) exists since 1 July 2025 only. On { $on } this place was: { $others }. Choose the commune again.
}
error-place-province-unknown = No province has the code { $code }. Choose the province from the list.
error-place-province-not-on-date = The code { $code } ({ $place }) was not in use on { $on }. Since 1 July 2025 this place has been in { $others }. Choose the province again.
error-place-merged-itself = A commune cannot be merged into itself. Choose the commune that takes it in.
error-place-merged-province = The two communes lie in different provinces. Choose two of one province.
error-place-merged-early = A merger comes after { $on }, the first day of the communes of today.
error-place-merged-twice = { $place } is to be merged into another commune already. Take that back first.
error-place-merged-gone = { $place } ends on { $on } and cannot take in another commune. Choose the one that stays after that day.
