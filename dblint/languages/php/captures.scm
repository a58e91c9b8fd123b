; The slots of PHP's syntax that can hold or lead to database access; see collector.py.

(namespace_use_declaration) @use
(class_declaration) @class
(interface_declaration) @class
(trait_declaration) @class
(enum_declaration) @class
(anonymous_class) @anonymous
(method_declaration) @function
(function_definition) @function
(anonymous_function) @closure
(arrow_function) @arrow

(use_declaration) @mixin
(property_declaration) @property
(property_promotion_parameter) @promoted
(const_element) @constant
(enum_case) @case
(assignment_expression) @assignment
(reference_assignment_expression) @assignment
(augmented_assignment_expression) @augmented
(foreach_statement) @foreach
(return_statement) @return
(yield_expression) @yield

(expression_statement (_) @value)
(echo_statement (_) @value)
(if_statement condition: (_) @value)
(else_if_clause condition: (_) @value)
(while_statement condition: (_) @value)
(do_statement condition: (_) @value)
(switch_statement condition: (_) @value)
(for_statement condition: (_) @value)
(simple_parameter default_value: (_) @value)
(unset_statement (_) @value)
