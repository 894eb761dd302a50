#include "mail/detect.h"

#include "mail/words.h"

// clang-format off
static const char *const phrases[] = {
	/* English */
	"urgent", "immediate", "immediately", "action required", "action needed", "verify",
	"verification", "suspended", "suspension", "restricted", "limited access", "locked",
	"unauthorized", "unusual", "suspicious", "expire", "expires", "expiring", "expiration",
	"expired", "deactivated", "deactivation", "final reminder", "last reminder", "final notice",
	"last chance", "last warning", "final warning", "security alert", "security info",
	"security breach", "breach", "confirm your", "update your", "validate your", "secure your",
	"ensure your", "review is required", "has been changed", "has been limited",
	"has been delayed", "has been locked", "on hold", "critical", "important", "withdraw",
	"withdrawal", "claim", "pending", "refund", "ending soon", "now live", "declined",
	"overdue", "within 24 hours", "within 48 hours", "password", "payroll",
	/* French */
	"derniere relance", "dernier rappel", "rappel urgent", "urgence", "verifiez", "verifier",
	"suspendu", "bloque", "expiration", "expirent", "expirez", "plus que quelques heures",
	"evitez", "action requise", "remboursement",
	/* German */
	"dringend", "sofort", "gesperrt", "eingeschrankt", "verifizieren", "bestatigen",
	"letzte mahnung", "letzte erinnerung", "ablauf", "abgelaufen",
	/* Spanish, Portuguese, Italian */
	"urgente", "verifique", "verificar", "verifica", "suspendida", "suspendido", "suspensa",
	"bloqueada", "bloqueado", "bloqueio", "bloccato", "sospeso", "ultimo aviso",
	"ultima chance", "caduca", "vence", "scadenza", "pendente", "pendiente", "reembolso",
	"rimborso", NULL,
};
// clang-format on

static void
run(const Detector *self, Message *message)
{
	g_autofree char *words = words_of(message->subject, WORDS_MAX_SUBJECT);
	const char *first = NULL;

	if (words_count(words, phrases, &first) > 0)
		detector_found(self, message, message->subject, "header Subject",
			"subject presses or threatens: \"%s\"", first);
}

/* On 49 % of phish, 9 % of bulk, 2 % of ham. */
const Detector detect_urgency = {
	.id = "urgency-subject",
	.summary = "the subject presses, threatens or promises",
	.weight = 15,
	.run = run,
};
