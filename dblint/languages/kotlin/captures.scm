; The slots of Kotlin's syntax that can hold or lead to database access.
; Nearly everything is an expression: what stands in a value that has been read is passed over, see collector.py.

(import) @import

(class_declaration) @class
(object_declaration) @class
(companion_object) @companion
(enum_entry) @constant

(function_declaration) @function
(secondary_constructor) @function
(function_body (_) @body)

(property_declaration) @property
(assignment) @assignment
(for_statement) @for
(return_expression) @return

(annotation (constructor_invocation)) @annotation
(block (_) @statement)
(lambda_literal (_) @statement)
(if_expression (_) @statement)
(when_subject (_) @statement)
(when_entry (_) @statement)
(while_statement condition: (_) @statement)
(do_while_statement condition: (_) @statement)
(throw_expression (_) @statement)

; What a call runs (`transaction { … }`).
(call_expression (annotated_lambda) @callback)
