from django.contrib import admin

from sms_console.areas import AREAS, areas_of

INDEX = "/operations/"


def test_no_area_names_a_list_that_is_not_there():
    listed = [name for _title, names in AREAS for name in names]
    assert len(listed) == len(set(listed))
    assert set(listed) <= {model.__name__ for model in admin.site._registry}


def test_nobody_is_offered_what_is_not_open_to_them(console, administration):
    assert "/operations/auth/group/" in administration.get(INDEX).content.decode()
    assert "/operations/auth/group/" not in console.get(INDEX).content.decode()


def test_a_list_without_an_area_comes_last():
    apps = [{"models": [{"object_name": "Novelty"}, {"object_name": "Customer"}]}]
    areas = list(areas_of(apps))
    assert [str(area.title) for area in areas] == ["Customers", "More"]
    assert areas[1].lists == [{"object_name": "Novelty"}]
