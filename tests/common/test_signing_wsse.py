import pytest

from common.signing import wsse_digests, wsse_matches

SECRET = "demoAppSecret0000000000000001"
NONCE, CREATED = "0123456789ABCDEF0123456789ABCDEF", "2024-05-01T02:03:04Z"
DIGESTS = (
    "AGYuGMp/xnDPblx36ylwVRjfbQfJuJBEygbvXnutXzQ=",
    "MDA2NjJlMThjYTdmYzY3MGNmNmU1Yzc3ZWIyOTcwNTUxOGRmNmQwN2M5Yjg5MDQ0Y2EwNmVmNWU3YmFkNWYzNA==",
    "MDA2NjJFMThDQTdGQzY3MENGNkU1Qzc3RUIyOTcwNTUxOERGNkQwN0M5Qjg5MDQ0Q0EwNkVGNUU3QkFENUYzNA==",
)


class TestWsse:
    def test_the_three_forms_of_the_documented_vector(self) -> None:
        assert wsse_digests(NONCE, CREATED, SECRET) == DIGESTS

    @pytest.mark.parametrize("digest", DIGESTS)
    def test_each_form_matches(self, digest: str) -> None:
        assert wsse_matches(digest, NONCE, CREATED, SECRET)

    @pytest.mark.parametrize(
        "digest",
        [
            "",
            DIGESTS[0][:-1],
            DIGESTS[0].lower(),
            "00662e18ca7fc670cf6e5c77eb29705518df6d07c9b89044ca06ef5e7bad5f34",
            "摘要",
            "\ud800",
        ],
    )
    def test_anything_else_does_not(self, digest: str) -> None:
        assert not wsse_matches(digest, NONCE, CREATED, SECRET)

    @pytest.mark.parametrize(
        ("nonce", "created", "secret"),
        [
            (NONCE + "0", CREATED, SECRET),
            (NONCE, "2024-05-01T02:03:05Z", SECRET),
            (NONCE, CREATED, SECRET.lower()),
        ],
    )
    def test_each_ingredient_counts(self, nonce: str, created: str, secret: str) -> None:
        assert not any(wsse_matches(digest, nonce, created, secret) for digest in DIGESTS)
