; The slots of Elixir's syntax that can hold or lead to database access.
; Everything is a call: what it means is told by its name and by where it stands, see collector.py.

(call (do_block)) @block
(call target: (identifier) (arguments (keywords))) @inline ; if one is `do:`: asking for that here would take twice as long

(anonymous_function) @lambda

(source (_) @statement)
(do_block (_) @statement)
(body (_) @statement)
(block (_) @statement)
(else_block (_) @statement)
(rescue_block (_) @statement)
(catch_block (_) @statement)
(after_block (_) @statement)
