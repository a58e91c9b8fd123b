; The slots of Ruby's syntax that can hold or lead to database access.
; Everything is an expression: what counts as a statement is told by where it stands; see collector.py.

(class) @class
(module) @class
(singleton_class) @singleton
(method) @function
(singleton_method) @function

(assignment) @assignment
(operator_assignment) @augmented
(return) @return
(for) @for
(heredoc_beginning) @heredoc
(heredoc_body) @heredoc_body

(do_block) @block
(block) @block

(program (_) @value)
(body_statement (_) @value)
(block_body (_) @value)
(parenthesized_statements (_) @value)
(then (_) @value)
(else (_) @value)
(ensure (_) @value)
(do (_) @value)
(begin (_) @value)
(if condition: (_) @value)
(unless condition: (_) @value)
(elsif condition: (_) @value)
(while condition: (_) @value)
(until condition: (_) @value)
(case value: (_) @value)
(case_match value: (_) @value)
(if_modifier body: (_) @value condition: (_) @value)
(unless_modifier body: (_) @value condition: (_) @value)
(while_modifier body: (_) @value condition: (_) @value)
(until_modifier body: (_) @value condition: (_) @value)
(rescue_modifier body: (_) @value handler: (_) @value)
(optional_parameter value: (_) @value)
(keyword_parameter value: (_) @value)
(method body: (_) @value)
(singleton_method body: (_) @value)
