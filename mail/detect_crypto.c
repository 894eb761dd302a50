#include "mail/detect.h"

#include "mail/words.h"

enum {
	SEVERAL = 2 /* distinct words: one alone is talk */
};

// clang-format off
static const char *const phrases[] = {
	"wallet", "wallets", "seed phrase", "recovery phrase", "secret phrase", "private key",
	"private keys", "airdrop", "airdrops", "bitcoin", "btc", "ethereum", "eth", "usdt", "usdc",
	"erc20", "bnb", "xrp", "solana", "crypto", "cryptocurrency", "cryptocurrencies",
	"blockchain", "web3", "defi", "dapp", "nft", "nfts", "mint", "staking", "stake", "token",
	"tokens", "coin", "coins", "ledger", "metamask", "ethereum 2 0", "mainnet",
	"smart contract", "presale", NULL,
};
// clang-format on

static void
run(const Detector *self, Message *message)
{
	GString *words = g_string_new(NULL);
	g_autofree char *all = NULL;
	g_autofree char *subject = words_of(message->subject, WORDS_MAX_SUBJECT);
	const char *first = NULL;
	guint count;

	g_string_append(words, subject);
	for (guint i = 0; i < message->texts->len && words->len < WORDS_MAX_BODY; i++) {
		const PartText *part = g_ptr_array_index(message->texts, i);
		g_autofree char *text = words_of(part->text, WORDS_MAX_BODY);

		g_string_append(words, text);
	}
	all = g_string_free(words, FALSE);
	count = words_count(all, phrases, &first);
	if (count >= SEVERAL)
		detector_found(self, message, first, "text",
			"talks of crypto money: %u of its words", count);
}

/* On 72 % of phish, but 50 % of bulk and 10 % of ham. */
const Detector detect_crypto = {
	.id = "crypto-words",
	.summary = "subject and text speak of wallets, coins and tokens",
	.weight = 6,
	.run = run,
};
