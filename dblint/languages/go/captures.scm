; The slots of Go's syntax that can hold or lead to database access.

(import_spec) @import

(type_spec) @type
(type_alias) @alias
(function_declaration) @function
(method_declaration) @method
(func_literal) @closure

(const_spec) @assignment
(var_spec) @assignment
(short_var_declaration) @assignment
(assignment_statement) @assignment
(range_clause) @range
(return_statement) @return

; Expressions that are evaluated. Statements inside a function literal are captured by themselves.
(expression_statement (_) @value)
(go_statement (_) @value)
(defer_statement (_) @value)
(if_statement condition: (_) @value)
(for_statement [(binary_expression) (call_expression) (unary_expression)] @value)
(for_clause condition: (_) @value)
(expression_switch_statement value: (_) @value)
(type_switch_statement value: (_) @value)
(expression_case value: (_) @value)
(send_statement value: (_) @value)
