import pytest

from dblint.naming import CONVENTIONS, UnknownConventionError, django_table, name_of

# Default names without any configuration; the Python columns were checked by running the frameworks.
FIRST = """
Class       | django          | lower       | flask, rails  | ormar        | everyupper      | activerecord   | gorm           | bun            | ent
User        | a_user          | user        | user          | users        | user            | users          | users          | users          | users
UserProfile | a_userprofile   | userprofile | user_profile  | userprofiles | user_profile    | user_profiles  | user_profiles  | user_profiles  | user_profiles
HTTPRequest | a_httprequest   | httprequest | http_request  | httprequests | h_t_t_p_request | http_requests  | http_requests  | http_requests  | http_requests
APIKey      | a_apikey        | apikey      | api_key       | apikeys      | a_p_i_key       | api_keys       | api_keys       | api_keys       | api_keys
UserID      | a_userid        | userid      | user_id       | userids      | user_i_d        | user_ids       | user_ids       | user_ids       | user_ids
OAuth2Token | a_oauth2token   | oauth2token | o_auth2_token | oauth2tokens | o_auth2_token   | o_auth2_tokens | o_auth2_tokens | o_auth2_tokens | oauth2tokens
OrderV2Item | a_orderv2item   | orderv2item | order_v2_item | orderv2items | order_v2_item   | order_v2_items | order_v2_items | order_v2_items | order_v2items
IPAddress   | a_ipaddress     | ipaddress   | ip_address    | ipaddresss   | i_p_address     | ip_addresses   | ip_addresses   | ip_addresses   | ip_addresses
SKU         | a_sku           | sku         | sku           | skus         | s_k_u           | skus           | skus           | skus           | sk_us
Person      | a_person        | person      | person        | persons      | person          | people         | people         | people         | people
Category    | a_category      | category    | category      | categorys    | category        | categories     | categories     | categories     | categories
Status      | a_status        | status      | status        | statuss      | status          | statuses       | statuses       | statuses       | statuses
Hero        | a_hero          | hero        | hero          | heros        | hero            | heros          | heros          | heros          | heros
Data        | a_data          | data        | data          | datas        | data            | data           | data           | data           | data
"""  # noqa: E501  a table reads best as a table

SECOND = """
Class       | hib           | hib_older    | typeorm       | mikro         | mongoose     | eloquent         | diesel           | doctrine_     | cqlengine     | sequelize    | sequelize_underscored
User        | user          | user         | user          | user          | users        | users            | users            | user          | user          | Users        | users
UserProfile | user_profile  | user_profile | user_profile  | user_profile  | userprofiles | user_profiles    | user_profiles    | user_profile  | user_profile  | UserProfiles | user_profiles
HTTPRequest | httprequest   | httprequest  | http_request  | httprequest   | httprequests | h_t_t_p_requests | h_t_t_p_requests | httprequest   | httprequest   | HTTPRequests | http_requests
APIKey      | apikey        | apikey       | api_key       | apikey        | apikeys      | a_p_i_keys       | a_p_i_keys       | apikey        | apikey        | APIKeys      | api_keys
UserID      | userid        | userid       | user_id       | user_id       | userids      | user_i_d_s       | user_i_ds        | user_id       | user_id       | UserIDs      | user_i_ds
OAuth2Token | oauth2_token  | oauth2token  | o_auth2_token | oauth2token   | oauth2tokens | o_auth2_tokens   | o_auth2_tokens   | oauth2_token  | oauth2token   | OAuth2Tokens | o_auth2_tokens
OrderV2Item | order_v2_item | orderv2item  | order_v2_item | order_v2item  | orderv2items | order_v2_items   | order_v2_items   | order_v2_item | order_v2item  | OrderV2Items | order_v2_items
IPAddress   | ipaddress     | ipaddress    | ip_address    | ipaddress     | ipaddresses  | i_p_addresses    | i_p_addresss     | ipaddress     | ipaddress     | IPAddresses  | ip_addresses
SKU         | sku           | sku          | sku           | sku           | skus         | s_k_u_s          | s_k_us           | sku           | sku           | SKUs         | sk_us
Person      | person        | person       | person        | person        | people       | people           | persons          | person        | person        | People       | people
Category    | category      | category     | category      | category      | categories   | categories       | categorys        | category      | category      | Categories   | categories
Status      | status        | status       | status        | status        | status       | statuses         | statuss          | status        | status        | -            | -
Hero        | hero          | hero         | hero          | hero          | heros        | heroes           | heros            | hero          | hero          | -            | -
Data        | data          | data         | data          | data          | datas        | data             | datas            | data          | data          | -            | -
"""  # noqa: E501  a table reads best as a table


def cells(table: str) -> list[tuple[str, str, str]]:
    head, *rows = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return [
        (convention, row[0], expected)
        for row in rows
        for names, expected in zip(head[1:], row[1:], strict=True)
        for convention in names.split(", ")
        if expected != "-"
    ]


@pytest.mark.parametrize(("convention", "class_name", "expected"), [*cells(FIRST), *cells(SECOND)])
def test_a_class_without_a_name_gets_the_one_its_framework_gives(convention: str, class_name: str, expected: str) -> None:
    name = django_table("a", class_name) if convention == "django" else name_of(convention, class_name)
    assert name == expected


@pytest.mark.parametrize(
    ("convention", "class_name", "expected"),
    [
        ("flask", "User_Profile", "user__profile"),
        ("flask", "_Private", "private"),
        ("flask", "ABTest", "ab_test"),
        ("peewee", "UserProfile", "userprofile"),
        ("peewee", "Ünit-Test", "ünit_test"),
        ("peewee2", "User_Profile", "user_profile"),
        ("peewee2", "HTTPRequest", "http_request"),
        ("peewee2", "UserID", "user_id"),
        ("everyupper", "ABTest", "a_b_test"),
        ("everyupper", "BlogPost", "blog_post"),
        ("everyupper", "HTTPLog", "h_t_t_p_log"),
        ("gorm_column", "HTTPServerHandlerForURLID", "http_server_handler_for_url_id"),
        ("gorm_column", "SHA256Hash", "sha256_hash"),
        ("gorm_column", "UserA", "user_a"),
        ("gorm_column", "User_Name", "user_name"),
        ("gorm", "Leaf", "leaves"),
        ("gorm", "Goose", "geese"),
        ("gorm", "UserMoney", "user_moneys"),
        ("gorm", "Money", "money"),
        ("gorm", "Address", "addresses"),
        ("bun", "UserA", "useras"),
        ("bun", "V2API", "v2apis"),
        ("activerecord", "Billing::Invoice", "invoices"),
        ("activerecord", "LineItem::Tax", "taxes"),
        ("activerecord", "SalesPerson", "sales_people"),
        ("activerecord", "UserMoney", "user_moneys"),
        ("activerecord", "Cow", "cows"),
        ("activerecord", "Police", "police"),
        ("activerecord", "Staff", "staffs"),
        ("activerecord", "Foot", "foots"),
        ("activerecord", "Leaf", "leafs"),
        ("activerecord", "Datum", "data"),
        ("activerecord", "Medium", "media"),
        ("activerecord", "Mouse", "mice"),
        ("activerecord", "Matrix", "matrices"),
        ("activerecord", "Quiz", "quizzes"),
        ("activerecord", "Photo", "photos"),
        ("activerecord_nested", "Invoice::Lineitem", "invoice_lineitems"),
        ("activerecord_nested", "Invoice", "invoices"),
        ("rails", "Band", "band"),
        ("eloquent", "Criterion", "criteria"),
        ("eloquent", "OrderStaff", "order_staff"),
        ("eloquent", "MapleLeaf", "maple_leaves"),
        ("eloquent", "Bonus", "bonuses"),
        ("eloquent", "Cactus", "cacti"),
        ("diesel", "FooBarBaz", "foo_bar_bazs"),
        ("diesel", "Address", "addresss"),
        ("mongoose", "v2", "v2"),
        ("mongoose", "Media", "media"),
        ("mongoose", "Cactus", "cacti"),
        ("exposed", "UsersTable", "Users"),
        ("exposed", "Table", "Table"),
        ("spring_mongodb", "UserProfile", "userProfile"),
        ("cqlengine", "HTTPLog", "httplog"),
        ("cqlengine", "_Hidden", "hidden"),
        ("cqlengine", "A" + "b" * 60, "b" * 48),
        ("kysely", "eventActions", "event_actions"),
        ("kysely", "userID", "user_id"),
        ("kysely", "audit_log", "audit_log"),
        ("upper", "Order", "ORDER"),
        ("asis", "SampleDoc", "SampleDoc"),
    ],
)
def test_special_names_follow_the_framework_too(convention: str, class_name: str, expected: str) -> None:
    assert name_of(convention, class_name) == expected


def test_a_django_name_has_no_separator_inside_the_model() -> None:
    assert django_table("shop", "HTTPRequestLog") == "shop_httprequestlog"


@pytest.mark.parametrize("convention", sorted(CONVENTIONS))
@pytest.mark.parametrize("class_name", ["", "_", "A", "É", "数据", "a1"])
def test_no_convention_fails_on_an_odd_name(convention: str, class_name: str) -> None:
    assert isinstance(name_of(convention, class_name), str)


def test_an_unknown_convention_says_which_exist() -> None:
    with pytest.raises(UnknownConventionError, match=r"'snake'.*flask"):
        name_of("snake", "User")
