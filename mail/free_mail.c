#include "mail/free_mail.h"

#include <stdlib.h>
#include <string.h>

/* Sorted. */
// clang-format off
static const char *const domains[] = {
	"126.com", "139.com", "163.com", "189.cn", "aim.com", "alice.it", "aol.com", "aol.de",
	"aol.fr", "arcor.de", "att.net", "bellsouth.net", "bigpond.com", "bk.ru", "bluewin.ch",
	"bol.com.br", "btinternet.com", "btopenworld.com", "centrum.cz", "charter.net",
	"chello.at", "comcast.net", "cox.net", "daum.net", "docomo.ne.jp", "duck.com",
	"earthlink.net", "email.com", "email.cz", "ezweb.ne.jp", "fastmail.com", "fastmail.fm",
	"foxmail.com", "free.fr", "freemail.hu", "freenet.de", "gmail.com", "gmx.at", "gmx.ch",
	"gmx.com", "gmx.de", "gmx.fr", "gmx.net", "googlegroups.com", "googlemail.com",
	"hanmail.net", "hey.com", "hotmail.ch", "hotmail.co.jp", "hotmail.co.uk", "hotmail.com",
	"hotmail.com.br", "hotmail.de", "hotmail.es", "hotmail.fr", "hotmail.it", "hotmail.nl",
	"hushmail.com", "icloud.com", "ig.com.br", "inbox.lv", "inbox.ru", "interia.pl",
	"laposte.net", "libero.it", "list.ru", "live.ca", "live.co.uk", "live.com",
	"live.com.mx", "live.de", "live.fr", "live.it", "live.nl", "mac.com", "mail.com",
	"mail.de", "mail.ee", "mail.ru", "mailbox.org", "me.com", "msn.com", "nate.com",
	"naver.com", "neuf.fr", "ntlworld.com", "numericable.fr", "o2.pl", "onet.pl",
	"optonline.net", "optusnet.com.au", "orange.fr", "outlook.at", "outlook.be",
	"outlook.com", "outlook.com.br", "outlook.de", "outlook.dk", "outlook.es", "outlook.fr",
	"outlook.it", "outlook.jp", "outlook.pt", "pm.me", "proton.me", "protonmail.ch",
	"protonmail.com", "qq.com", "rambler.ru", "rediffmail.com", "rocketmail.com",
	"rogers.com", "sapo.pt", "sbcglobal.net", "seznam.cz", "sfr.fr", "shaw.ca", "sina.com",
	"sky.com", "skynet.be", "softbank.ne.jp", "sohu.com", "sympatico.ca", "t-online.de",
	"talktalk.net", "telenet.be", "telus.net", "terra.com.br", "tiscali.it", "tuta.com",
	"tuta.io", "tutanota.com", "tutanota.de", "ukr.net", "uol.com.br", "verizon.net",
	"virgilio.it", "virgin.net", "virginmedia.com", "volny.cz", "wanadoo.fr", "web.de",
	"windowslive.com", "wp.pl", "xs4all.nl", "yahoo.ca", "yahoo.co.id", "yahoo.co.in",
	"yahoo.co.jp", "yahoo.co.uk", "yahoo.com", "yahoo.com.ar", "yahoo.com.au",
	"yahoo.com.br", "yahoo.com.mx", "yahoo.com.ph", "yahoo.com.sg", "yahoo.com.tw",
	"yahoo.com.vn", "yahoo.de", "yahoo.es", "yahoo.fr", "yahoo.in", "yahoo.it", "yandex.com",
	"yandex.ru", "yeah.net", "ymail.com", "zohomail.com",
};
// clang-format on

static int
compare(const void *domain, const void *row)
{
	return strcmp(domain, *(const char *const *)row);
}

bool
free_mail_is(const char *domain)
{
	return bsearch(domain, domains, sizeof(domains) / sizeof(domains[0]), sizeof(domains[0]),
		       compare) != NULL;
}
