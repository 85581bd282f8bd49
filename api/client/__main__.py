import sys

from api.client.main import main

sys.exit(main())
