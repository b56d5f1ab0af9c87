"""The examples that end each command's `--help`."""

import click

EXAMPLES = {
    "demo": ("congtin demo", "congtin demo --archive /tmp/thu --keep-serving"),
    "portals": ("congtin portals",),
    "crawl": (
        "congtin crawl namdinh",
        "congtin crawl https://sotttt.hanoi.gov.vn/pho-sach-ha-noi --max-articles 50",
        "congtin crawl --all --archive /srv/congtin",
        "congtin crawl --list portals.txt",
        "congtin crawl namdinh baonamdinh --since 2024-01-01 --archive /srv/congtin",
    ),
    "read": (
        "congtin read page.html --url https://namdinh.gov.vn/portal/Pages/2023-5-29/tin.aspx",
        "congtin read https://baonamdinh.vn/channel/5087/202303/tin-1/ --explain",
    ),
    "search": (
        'congtin search "nam dinh"',
        "congtin search '\"lễ hội\" OR title:chợ -họp' --from 2023-01-01 --portal namdinh",
        "congtin search 'author:\"Viết Dư\"' --format csv --limit 500",
    ),
    "show": ("congtin show 12", "congtin show 12 --diff"),
    "copies": ("congtin copies", "congtin copies --by-source --json", "congtin copies --all --archive /srv/congtin"),
    "cite": ("congtin cite 12 15 --style ris", "congtin cite 12 --version 1", "congtin cite https://baonamdinh.vn/channel/5087/202303/tin-1/"),
    "export": (
        "congtin export --format csv --bom --output tin.csv",
        'congtin export "chợ Viềng" --format wacz --from 2022-01-01 --output viengs.wacz',
        "congtin export --format bag --output /mnt/deposit/congtin",
    ),
    "import warc": ("congtin import warc crawl-0.warc.gz crawl-1.warc.gz", "congtin import warc *.warc.gz --portal namdinh"),
    "import wacz": ("congtin import wacz crawl.wacz",),
    "import wayback": (
        "congtin import wayback namdinh --dry-run --from 2015-01-01 --to 2025-06-30",
        "congtin import wayback 'https://namdinh.gov.vn/portal/Pages/*' --limit 500",
        "congtin import wayback '*.namdinh.gov.vn' --server http://127.0.0.1:8080/kho/cdx --delay 0",
        "congtin import wayback namdinh.gov.vn --server https://index.commoncrawl.org/CC-MAIN-2024-10-index",
    ),
    "reread": (
        "congtin reread --dry-run",
        "congtin reread --jobs 4",
        "congtin reread --dask tcp://10.0.0.1:8786 --warcs s3://kho/warc",
        "congtin reread --to parquet --into /srv/tin.parquet",
    ),
    "rebuild": ("congtin rebuild", "congtin rebuild --into /srv/congtin-new"),
    "merge": (
        "congtin merge /mnt/may-2/congtin /mnt/may-3/congtin --archive /srv/congtin",
        "congtin merge /srv/congtin/namdinh /srv/congtin/ninhbinh --dry-run --archive /srv/tat-ca",
    ),
    "verify": ("congtin verify", "congtin verify --quick --json"),
    "status": ("congtin status", "congtin status --portal namdinh --json"),
    "schedule": (
        "congtin schedule namdinh --every 6h --archive /srv/congtin",
        "congtin schedule namdinh baonamdinh --every 1d --cron",
        "congtin schedule --template --every 6h --archive /srv/congtin",
    ),
    "serve": ("congtin serve", "congtin serve --archive /srv/congtin --port 8080"),
}  # fmt: skip


def add_examples(group: click.Group, before: str = "") -> None:
    """Ends the help of every command of a group with its examples."""
    for word, command in group.commands.items():
        name = f"{before}{word}"
        if isinstance(command, click.Group):
            add_examples(command, f"{name} ")
        elif name in EXAMPLES:
            command.epilog = "\b\nExamples:\n" + "\n".join(f"  {line}" for line in EXAMPLES[name])
