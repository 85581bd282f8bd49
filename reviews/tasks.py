from celery import shared_task

from reviews.services import test_objects


@shared_task(name="reviews.delete_expired_test_objects")
def delete_expired_test_objects() -> int:
    """Delete test signatures and test templates whose month is over."""
    return test_objects.delete_expired()
