; The slots of Java's syntax that can hold or lead to database access.
; Statements of a lambda's block or of an anonymous class are slots of their own.

(import_declaration) @import

(class_declaration) @class
(interface_declaration) @class
(enum_declaration) @class
(record_declaration) @class
(annotation_type_declaration) @class

(method_declaration) @function
(constructor_declaration) @function
(compact_constructor_declaration) @function

(field_declaration) @field
(constant_declaration) @field
(enum_constant) @constant
(local_variable_declaration) @local
(resource) @resource
(enhanced_for_statement) @for
(assignment_expression) @assignment
(return_statement) @return
(explicit_constructor_invocation) @constructed

; Expressions that are evaluated. A bare name does nothing.
(annotation) @annotation
(expression_statement
  [(method_invocation) (object_creation_expression) (switch_expression) (ternary_expression)] @value)
(switch_expression) @switch
(yield_statement (_) @value)
(throw_statement (_) @value)
(if_statement condition: (_) @value)
(while_statement condition: (_) @value)
(do_statement condition: (_) @value)
(for_statement condition: (_) @value)
(for_statement update: (_) @value)
(synchronized_statement (parenthesized_expression) @value)
(assert_statement (_) @value)

; What is passed to a call to be run: a function's block, or an anonymous class.
(argument_list (lambda_expression body: (block)) @callback)
(argument_list (object_creation_expression (class_body)) @callback)
