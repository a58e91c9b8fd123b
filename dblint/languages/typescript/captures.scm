; The slots of TypeScript's syntax that can hold or lead to database access: those of JavaScript, and definitions of its own.
; All stand at statements, so that none is part of another unless a function with statements stands between them.

(import_statement) @import
(export_statement) @export
(call_expression function: (identifier)) @require ; if that is called so: asking for its text here would take twice as long
(call_expression function: (import)) @require

(class_declaration) @class
(class) @class
(function_declaration) @function
(generator_function_declaration) @function
(function_expression) @function
(generator_function) @function
(arrow_function) @function
(method_definition) @function
(public_field_definition) @field
(abstract_class_declaration) @class
(interface_declaration) @interface
(type_alias_declaration) @interface
(enum_declaration) @enum

(variable_declarator) @declarator
(expression_statement (assignment_expression) @assignment)
(expression_statement (augmented_assignment_expression) @augmented)
(return_statement) @return
(for_in_statement) @for

; Expressions that are evaluated.
(expression_statement (_) @expression) ; of any kind: alternatives would cost half of the whole query
(if_statement condition: (_) @value)
(while_statement condition: (_) @value)
(do_statement condition: (_) @value)
(switch_statement value: (_) @value)
(throw_statement (_) @value)
