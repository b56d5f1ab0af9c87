"""Every setting in which a crawl departs from Scrapy's defaults, each with its reason."""

import os
from importlib.metadata import version

from crawler.identity import PRODUCT, user_agent

BOT_NAME = PRODUCT
SPIDER_MODULES = ["crawler.portals"]  # one file a portal; `scrapy list` is the registry

# --- politeness ---
USER_AGENT = user_agent(version("congtin"), os.environ.get("CONGTIN_CONTACT"))
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = PRODUCT  # the token that a robots.txt would name us by
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # one request at a time per host
CONCURRENT_REQUESTS = (
    4  # enough that the next request waits ready while a page is read; few enough that Ctrl-C ends soon
)
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0  # a pause of one second is one second; by default Scrapy halves it now and then
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = DOWNLOAD_DELAY

# --- bounds: every response, every wait, every try ---
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0  # a page too large is a failure in the ledger, not a line in a log
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # likewise
REDIRECT_MAX_TIMES = 5

# --- what is sent and taken ---
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi,en;q=0.5",
    "Accept-Encoding": "gzip, deflate",  # readers of WARC have no zstd
}
# Portals live on with expired or incomplete chains (PORTALS.md names five), and a merged province's certificate is renewed
# by nobody. An archive would rather have the page; what was received is proved by its digests, not by the certificate.
DOWNLOAD_VERIFY_CERTIFICATES = False
# Some still run TLS with keys that OpenSSL 3 refuses by default.
DOWNLOADER_CLIENT_TLS_CIPHERS = "DEFAULT:@SECLEVEL=1"
# A page that reloads itself every minute would be fetched six times over.
METAREFRESH_ENABLED = False

# --- the ledger is the queue ---
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # it filters nothing: no set of addresses grows with the portal

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # drops requests without a word; ours fails them
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.middlewares.PatientRetryMiddleware": 550,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "crawler.middlewares.PortalRedirectMiddleware": 600,
    "crawler.middlewares.ConditionalGetMiddleware": 560,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,  # it undoes what later readers would not
    "crawler.middlewares.DecodeMiddleware": 590,
    "crawler.middlewares.CaptureMiddleware": 950,  # next to the wire: bodies as received
}
SPIDER_MIDDLEWARES = {
    # Both drop a request without a word, for the length of its address or the depth of its listing page.
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    # 404 and 304 say something about an article: the spider reads the status itself.
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,  # warns of what we do not do
}
EXTENSIONS = {"crawler.pace.Pace": 500}
ITEM_PIPELINES = {"crawler.pipelines.KeepArticle": 500}

# --- no work for nothing (measured: they cost a third of the time of a crawl without pause) ---
CONCURRENT_ITEMS = 1  # the pipeline is synchronous; Scrapy would start this many tasks for every page
WARN_ON_GENERATOR_RETURN_VALUE = False  # it looks for our own sources on the disk, page after page

# --- nothing listens, nothing chatters ---
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
STATS_DUMP = False
LOGSTATS_INTERVAL = 0
