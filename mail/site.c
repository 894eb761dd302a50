#include "mail/site.h"

G_DEFINE_QUARK(lazaret_mail_error, mail_error)
