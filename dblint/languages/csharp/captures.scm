; The slots of C#'s syntax that can hold or lead to database access.
; Nested slots of one kind belong to the outermost; see adapter.py.

(using_directive) @import
(compilation_unit) @unit
(namespace_declaration name: (_) @namespace)
(file_scoped_namespace_declaration name: (_) @namespace)

(class_declaration) @class
(record_declaration) @class
(struct_declaration) @class
(interface_declaration) @class

(method_declaration) @method
(constructor_declaration) @constructor
(local_function_statement) @local_function
(property_declaration) @property
(accessor_declaration body: (_)) @accessor

(field_declaration) @field
(local_declaration_statement) @local
(using_statement) @using
(for_statement) @for
(foreach_statement) @foreach
(assignment_expression) @assignment
(declaration_pattern) @pattern
(recursive_pattern) @pattern
(lambda_expression) @lambda
(anonymous_method_expression) @lambda
(return_statement) @return
(yield_statement) @return

; Expressions that are evaluated; an assignment that is a statement stands above.
(expression_statement (_) @expression) ; of any kind: alternatives would cost half of the whole query
(if_statement condition: (_) @value)
(while_statement condition: (_) @value)
(do_statement condition: (_) @value)
(switch_statement value: (_) @value)
(lock_statement (_) @value . (_))
(throw_statement (_) @value)
(throw_expression (_) @value)
(catch_filter_clause (_) @value)
(when_clause (_) @value)
(constructor_initializer (argument_list) @value)
(primary_constructor_base_type (argument_list) @value)
(base_list (argument_list) @value)
(arrow_expression_clause) @arrow
