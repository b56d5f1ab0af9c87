"""The layouts, surest first. A new family is one file with a class and its golden pages, and one line here."""

from crawler.reading.layouts.base import Layout
from crawler.reading.layouts.channel import Channel, ChannelHeadline
from crawler.reading.layouts.dotnetnuke import DotNetNuke, EasyDNNNews
from crawler.reading.layouts.drupal import Drupal, Drupal7
from crawler.reading.layouts.hatinh import HaTinh
from crawler.reading.layouts.liferay import BacGiang, BacNinh, Liferay6, Liferay7, VnptPortal
from crawler.reading.layouts.longform import Longform
from crawler.reading.layouts.newspapers import (
    BaoBacNinh,
    BaoCanTho,
    BaoLaiChau,
    BaoNinhBinh,
    BaoPhuTho,
    BaoQuangNinh,
    BaoSonLa,
)
from crawler.reading.layouts.nukeviet import NukeViet, NukeViet3
from crawler.reading.layouts.sharepoint import KhanhHoa, Mic, MinistryNews
from crawler.reading.layouts.td import TanDan, TanDanContent, TanDanView
from crawler.reading.layouts.uiarticle import UIArticle
from crawler.reading.layouts.vccorp import VCCorp
from crawler.reading.layouts.vhv import Moit, Vhv
from crawler.reading.layouts.webforms import BodyContent
from crawler.reading.layouts.wordpress import WordPress, WordPressNewspaper
from crawler.reading.layouts.zce import Zce

# A sibling that is marked by less stands after the one that is marked by more; what is marked by one common class, last.
LAYOUTS: tuple[Layout, ...] = (
    *(TanDan(), TanDanView(), TanDanContent()),
    UIArticle(),
    *(Liferay6(), Liferay7(), BacNinh(), VnptPortal()),
    *(Moit(), Vhv()),
    *(MinistryNews(), Mic(), KhanhHoa()),
    *(ChannelHeadline(), Channel()),
    VCCorp(),
    Zce(),
    *(NukeViet(), NukeViet3()),
    *(EasyDNNNews(), BodyContent(), DotNetNuke()),
    HaTinh(),
    *(Drupal(), Drupal7()),
    *(WordPressNewspaper(), WordPress()),
    Longform(),
    *(BaoCanTho(), BaoBacNinh(), BaoPhuTho(), BaoQuangNinh(), BaoSonLa(), BaoNinhBinh(), BaoLaiChau()),
    BacGiang(),
)
