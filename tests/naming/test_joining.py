import pytest

from dblint.naming import Relation, join_table_of


@pytest.mark.parametrize(
    ("convention", "relation", "expected"),
    [
        ("activerecord", Relation("Post", "posts", "Tag", "tags"), "posts_tags"),
        ("activerecord", Relation("Tag", "tags", "Post", "posts"), "posts_tags"),
        ("activerecord", Relation("Record", "music_records", "Artist", "music_artists"), "music_artists_records"),
        ("activerecord", Relation("Post", "posts", "Poster", "posters"), "posters_posts"),
        ("django", Relation("Log", "shop_httprequestlog", "Log", "shop_httprequestlog", "selfm"), "shop_httprequestlog_selfm"),
        ("django", Relation("Order", "my_custom", "User", "auth_user", "fr"), "my_custom_fr"),
        ("efcore", Relation("Tag", "Tags", "Post", "Posts"), "PostTag"),
        ("eloquent", Relation("User", "users", "Role", "roles"), "role_user"),
        ("eloquent", Relation("UserGroup", "user_groups", "Role", "roles"), "role_user_group"),
        ("ormar", Relation("Box", "bxs", "UserProfile", "userprofiles"), "boxs_userprofiles"),
        ("peewee", Relation("Tweet", "tweet", "UserProfile", "userprofile"), "tweet_userprofile_through"),
        ("pony", Relation("UserProfile", "userprofile", "Event", "event"), "Event_UserProfile"),
        ("pony", Relation("User", "user", "User", "user", "friends"), "User_friends"),
        ("prisma", Relation("Post", "Post", "Category", "Category"), "_CategoryToPost"),
        ("tortoise", Relation("Event", "ev_tbl", "UserProfile", "userprofile"), "ev_tbl_userprofile"),
        ("typeorm", Relation("Question", "question", "Category", "category", "categories"), "question_categories_category"),
    ],
)
def test_a_many_to_many_relation_brings_its_table(convention: str, relation: Relation, expected: str) -> None:
    assert join_table_of(convention, relation) == expected


def test_a_framework_without_implicit_join_tables_has_none() -> None:
    assert join_table_of("sqlalchemy", Relation("A", "a", "B", "b")) is None
