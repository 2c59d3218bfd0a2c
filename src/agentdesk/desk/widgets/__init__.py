"""The few widgets that the desk draws itself.

| module    | what                                                                                             |
|-----------|--------------------------------------------------------------------------------------------------|
| `labels`  | `label` (plain text, roles), `ElidedLabel`, `SteadyLabel`, `hairline`, `tip`                     |
| `buttons` | `Button` (plain, primary, danger, quiet, pill, tab, link), `IconButton`, `Switch`                |
| `badges`  | `Avatar`, `Chip`, `KeyCap`, `CountBadge`                                                         |
| `frames`  | `Pane` (a column), `Bar` (a strip), `Header`, `Card`, `Banner`, `Icon`, `spread`, `restyle`      |
|           | and `empty` (a layout)                                                                           |
| `beside`  | `beside` (a list and what is chosen of it), `stacked` (several at one place)                      |
| `table`   | `Table`: painted cells over a `TableModel`, sorted by a click, one row chosen                    |
| `facts`   | `Facts` (names and values), `Sheet` (a column that scrolls)                                      |
| `verdict` | `Verdict`: how it stands, in a colour, a sign, a word and a sentence                             |
| `sure`    | `Sure`: a button that asks once more                                                             |
| `qrcode`  | `QrCode`                                                                                         |
| `tabs`    | `Tabs` with counts; what does not fit waits in a menu                                            |
| `states`  | `SkeletonRows` while loading, `EmptyState`                                                       |
| `fields`  | `SearchField`, `choice` (from a list), `show_wrong` (the sentence of a field with bad input)     |
| `keyfield`, `stepper` | a key to press, a number in steps                                                    |
| `paint`   | the same signs for delegates: `paint_avatar`, `paint_chip`, `chip_size`, `paint_keycap`, …       |
| `painted` | the base of what draws itself                                                                    |
"""
