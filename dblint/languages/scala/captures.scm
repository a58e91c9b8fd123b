; The slots of Scala's syntax that can hold or lead to database access.
; Nearly everything is an expression: what counts as a statement is told by where it stands, see collector.py.

(import_declaration) @import

(class_definition) @class
(object_definition) @class
(trait_definition) @class
(enum_definition) @class
(package_object) @class

(function_definition) @function
(function_declaration) @function

(val_definition) @value
(var_definition) @value
(val_declaration) @value
(var_declaration) @value
(given_definition) @value
(assignment_expression) @assignment
(return_expression) @return
(enumerator) @enumerator
(lambda_expression) @lambda

(block (_) @statement)
(indented_block (_) @statement)
(template_body (_) @statement)
(compilation_unit (_) @statement)
(case_clause body: (_) @statement)
(if_expression condition: (_) @statement)
(if_expression consequence: (_) @statement)
(if_expression alternative: (_) @statement)
(match_expression value: (_) @statement)
(while_expression condition: (_) @statement)
(while_expression body: (_) @statement)
(for_expression body: (_) @statement)
(try_expression body: (_) @statement)
(finally_clause (_) @statement)
(throw_expression (_) @statement)
(function_definition body: (_) @statement)
