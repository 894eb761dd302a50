/* link_judge.h - what a link is beside its sender: flags that need the whole message */
#ifndef MAIL_LINK_JUDGE_H
#define MAIL_LINK_JUDGE_H

#include "mail/message.h"

/* Sets LINK_LEAVES and LINK_BRAND of each link that a reader can follow, by From's
 * domain and message->site. */
void links_judge(Message *message);

#endif
