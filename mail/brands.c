#include "mail/brands.h"

#include <glib.h>
#include <string.h>

#include "mail/domain.h"
#include "mail/words.h"

enum {
	LONG_WORD = 6 /* letters from which a name inside a longer word is no accident */
};

/* Anyone has an address there, so the name of the house proves nothing. */
static const char *const free_mail[] = { "att.net", "comcast.net", "gmail.com", "googlegroups.com",
	"googlemail.com", "hotmail.com", "icloud.com", "laposte.net", "live.com", "me.com",
	"orange.fr", "outlook.com", "verizon.net", "yahoo.com", NULL };

/* What may stand beside a brand that is an ordinary word. */
static const char *const service_words[] = { "account", "accounts", "activity", "advisory", "alert",
	"alerts", "app", "bank", "billing", "care", "center", "centre", "client", "com", "customer",
	"department", "desk", "fr", "global", "help", "helpdesk", "id", "inc", "info", "limited",
	"live", "llc", "ltd", "mail", "member", "no", "noreply", "notice", "notification",
	"notifications", "official", "online", "reply", "safe", "security", "service", "services",
	"support", "system", "team", "the", "update", "updates", "verification", "verify", "wallet",
	NULL };

// clang-format off
const Brand brands[] = {
	/* wallets, exchanges and tokens */
	{ .name = "Aave", .words = { "aave" }, .domains = { "aave.com" } },
	{ .name = "Arbitrum", .words = { "arbitrum" },
	  .domains = { "arbitrum.io", "arbitrum.foundation", "offchainlabs.com" } },
	{ .name = "Arkham", .words = { "arkham intelligence", "arkham" },
	  .domains = { "arkhamintelligence.com", "arkm.com" } },
	{ .name = "Atomic Wallet", .words = { "atomic wallet", "atomicwallet" },
	  .domains = { "atomicwallet.io" } },
	{ .name = "Bankless", .words = { "bankless" }, .domains = { "bankless.com" } },
	{ .name = "Binance", .words = { "binance" },
	  .domains = { "binance.com", "binance.us", "binance.org", "bnbchain.org" } },
	{ .name = "Bitcoin.com", .words = { "bitcoin com" }, .domains = { "bitcoin.com" } },
	{ .name = "Bitfinex", .words = { "bitfinex" }, .domains = { "bitfinex.com" } },
	{ .name = "Bitget", .words = { "bitget", "bitget wallet" }, .domains = { "bitget.com" } },
	{ .name = "BitMart", .words = { "bitmart" }, .domains = { "bitmart.com" } },
	{ .name = "bitFlyer", .words = { "bitflyer" }, .domains = { "bitflyer.com" } },
	{ .name = "Bitpanda", .words = { "bitpanda" }, .domains = { "bitpanda.com" } },
	{ .name = "BitPay", .words = { "bitpay" }, .domains = { "bitpay.com" } },
	{ .name = "Bitstamp", .words = { "bitstamp" }, .domains = { "bitstamp.net" } },
	{ .name = "Bittrex", .words = { "bittrex" },
	  .domains = { "bittrex.com", "bittrexglobal.com" } },
	{ .name = "BlockFi", .words = { "blockfi" }, .domains = { "blockfi.com" } },
	{ .name = "Blockchain.com", .words = { "blockchain com" },
	  .domains = { "blockchain.com", "blockchain.info" } },
	{ .name = "Blur", .ordinary = true, .words = { "blur" }, .domains = { "blur.io" } },
	{ .name = "Bybit", .words = { "bybit" }, .domains = { "bybit.com", "bybit.eu" } },
	{ .name = "Celsius", .words = { "celsius network", "celsiusnetwork" },
	  .domains = { "celsius.network" } },
	{ .name = "Celsius", .ordinary = true, .words = { "celsius" },
	  .domains = { "celsius.network" } },
	{ .name = "Coinbase", .words = { "coinbase" },
	  .domains = { "coinbase.com", "coinbase.org" } },
	{ .name = "CoinGecko", .words = { "coingecko" }, .domains = { "coingecko.com" } },
	{ .name = "Coinmama", .words = { "coinmama" }, .domains = { "coinmama.com" } },
	{ .name = "CoinMarketCap", .words = { "coinmarketcap", "coin market cap" },
	  .domains = { "coinmarketcap.com" } },
	{ .name = "CoinPayments", .words = { "coinpayments" }, .domains = { "coinpayments.net" } },
	{ .name = "CoinTracker", .words = { "cointracker" }, .domains = { "cointracker.io" } },
	{ .name = "Crypto.com", .words = { "crypto com" }, .domains = { "crypto.com" } },
	{ .name = "De.Fi", .words = { "de fi" }, .domains = { "de.fi" } },
	{ .name = "dYdX", .words = { "dydx" }, .domains = { "dydx.exchange", "dydx.foundation" } },
	{ .name = "Electrum", .words = { "electrum wallet" }, .domains = { "electrum.org" } },
	{ .name = "Ethereum Foundation", .words = { "ethereum foundation" },
	  .domains = { "ethereum.org", "ethereum.foundation" } },
	{ .name = "Exodus", .ordinary = true, .words = { "exodus" },
	  .domains = { "exodus.com", "exodus.io" } },
	{ .name = "Exodus", .words = { "exodus wallet", "exodus desktop", "exodus movement" },
	  .domains = { "exodus.com", "exodus.io" } },
	{ .name = "FTX", .words = { "ftx", "ftx team", "ftxinsurance" },
	  .domains = { "ftx.com", "ftxrecovery.com" } },
	{ .name = "Gate.io", .words = { "gate io" }, .domains = { "gate.io", "gate.com" } },
	{ .name = "Gemini", .ordinary = true, .words = { "gemini" }, .domains = { "gemini.com" } },
	{ .name = "HTX", .words = { "htx", "huobi" }, .domains = { "htx.com", "huobi.com" } },
	{ .name = "Illuvium", .words = { "illuvium" }, .domains = { "illuvium.io" } },
	{ .name = "imToken", .words = { "imtoken" }, .domains = { "token.im" } },
	{ .name = "KeepKey", .words = { "keepkey" }, .domains = { "keepkey.com" } },
	{ .name = "Kraken", .ordinary = true, .words = { "kraken" }, .domains = { "kraken.com" } },
	{ .name = "KuCoin", .words = { "kucoin" }, .domains = { "kucoin.com" } },
	{ .name = "Ledger", .ordinary = true, .words = { "ledger" },
	  .domains = { "ledger.com", "ledger.fr" } },
	{ .name = "Ledger",
	  .words = { "ledger live", "ledger nano", "ledger wallet", "ledger device" },
	  .domains = { "ledger.com", "ledger.fr" } },
	{ .name = "Lido", .words = { "lido finance", "lido dao", "lidov2", "lido v2" },
	  .domains = { "lido.fi" } },
	{ .name = "LocalBitcoins", .words = { "localbitcoins" },
	  .domains = { "localbitcoins.com" } },
	{ .name = "Luno", .words = { "luno" }, .domains = { "luno.com" } },
	{ .name = "Magic Eden", .words = { "magic eden" }, .domains = { "magiceden.io" } },
	{ .name = "MetaMask", .words = { "metamask", "meta mask" },
	  .domains = { "metamask.io", "consensys.net", "consensys.io" } },
	{ .name = "MEXC", .words = { "mexc" }, .domains = { "mexc.com" } },
	{ .name = "MyEtherWallet", .words = { "myetherwallet", "my ether wallet" },
	  .domains = { "myetherwallet.com" } },
	{ .name = "Nexo", .words = { "nexo" }, .domains = { "nexo.com", "nexo.io" } },
	{ .name = "OKX", .words = { "okx", "okex" }, .domains = { "okx.com", "okex.com" } },
	{ .name = "OpenSea", .words = { "opensea" }, .domains = { "opensea.io" } },
	{ .name = "PancakeSwap", .words = { "pancakeswap", "pancake swap" },
	  .domains = { "pancakeswap.finance" } },
	{ .name = "Phantom", .words = { "phantom wallet" },
	  .domains = { "phantom.app", "phantom.com" } },
	{ .name = "Phantom", .ordinary = true, .words = { "phantom" },
	  .domains = { "phantom.app", "phantom.com" } },
	{ .name = "Poloniex", .words = { "poloniex" }, .domains = { "poloniex.com" } },
	{ .name = "Polygon", .words = { "polygon network", "polygon labs" },
	  .domains = { "polygon.technology" } },
	{ .name = "Rabby", .words = { "rabby wallet" }, .domains = { "rabby.io" } },
	{ .name = "Robinhood", .words = { "robinhood" }, .domains = { "robinhood.com" } },
	{ .name = "Safe", .words = { "gnosis safe", "safe wallet" },
	  .domains = { "safe.global", "gnosis.io" } },
	{ .name = "SafePal", .words = { "safepal" }, .domains = { "safepal.com" } },
	{ .name = "Solana", .words = { "solana" }, .domains = { "solana.com", "solana.org" } },
	{ .name = "Solflare", .words = { "solflare" }, .domains = { "solflare.com" } },
	{ .name = "Starknet", .words = { "starknet" }, .domains = { "starknet.io" } },
	{ .name = "Tether", .words = { "tether limited", "tether operations" },
	  .domains = { "tether.to" } },
	{ .name = "Trezor", .words = { "trezor" }, .domains = { "trezor.io", "satoshilabs.com" } },
	{ .name = "Tron", .words = { "tronlink", "tron network" },
	  .domains = { "tronlink.org", "tron.network" } },
	{ .name = "Trust Wallet", .words = { "trust wallet", "trustwallet" },
	  .domains = { "trustwallet.com" } },
	{ .name = "Uniswap", .words = { "uniswap" }, .domains = { "uniswap.org" } },
	{ .name = "Uphold", .ordinary = true, .words = { "uphold" }, .domains = { "uphold.com" } },
	{ .name = "Upbit", .words = { "upbit" }, .domains = { "upbit.com" } },
	{ .name = "Voyager", .words = { "voyager digital" }, .domains = { "investvoyager.com" } },
	{ .name = "Voyager", .ordinary = true, .words = { "voyager" },
	  .domains = { "investvoyager.com" } },
	{ .name = "WalletConnect", .words = { "walletconnect", "wallet connect" },
	  .domains = { "walletconnect.com", "walletconnect.org", "reown.com" } },
	{ .name = "World App", .words = { "worldcoin" },
	  .domains = { "worldcoin.org", "world.org" } },
	{ .name = "XUMM", .words = { "xumm", "xaman" }, .domains = { "xumm.app", "xaman.app" } },
	{ .name = "zkSync", .words = { "zksync", "zk sync" },
	  .domains = { "zksync.io", "matter-labs.io" } },
	/* mail, offices and clouds */
	{ .name = "Adobe", .words = { "adobe", "adobe sign", "acrobat sign" },
	  .domains = { "adobe.com", "adobesign.com", "echosign.com", "frame.io",
	  "behance.net" } },
	{ .name = "Amazon", .words = { "amazon", "amazon prime", "aws" },
	  .domains = { "amazon.*", "amazon.com", "amazonaws.com", "amazonses.com",
	  "aws.com", "awstrack.me", "awsevents.com", "media-amazon.com",
	  "ssl-images-amazon.com" } },
	{ .name = "Apple", .ordinary = true, .words = { "apple", "icloud" },
	  .domains = { "apple.com", "icloud.com", "me.com", "itunes.com", "apple.news" } },
	{ .name = "Apple", .words = { "apple id", "appleid", "apple pay", "app store" },
	  .domains = { "apple.com", "icloud.com", "me.com", "itunes.com" } },
	{ .name = "Atlassian", .words = { "atlassian" },
	  .domains = { "atlassian.com", "atlassian.net", "trello.com", "bitbucket.org" } },
	{ .name = "Box", .ordinary = true, .words = { "box" }, .domains = { "box.com" } },
	{ .name = "Canva", .words = { "canva" }, .domains = { "canva.com" } },
	{ .name = "Cloudflare", .words = { "cloudflare" }, .domains = { "cloudflare.com" } },
	{ .name = "cPanel", .words = { "cpanel" }, .domains = { "cpanel.net" } },
	{ .name = "DocuSign", .words = { "docusign", "docu sign" },
	  .domains = { "docusign.com", "docusign.net" } },
	{ .name = "Dropbox", .words = { "dropbox", "dropbox sign", "hellosign" },
	  .domains = { "dropbox.com", "dropboxmail.com", "hellosign.com",
	  "dropboxusercontent.com" } },
	{ .name = "GitHub", .words = { "github" },
	  .domains = { "github.com", "githubusercontent.com", "githubassets.com" } },
	{ .name = "GoDaddy", .words = { "godaddy", "go daddy" },
	  .domains = { "godaddy.com", "secureserver.net" } },
	{ .name = "Google", .words = { "google", "gmail", "google workspace", "google drive" },
	  .domains = { "google.*", "google.com", "gmail.com", "googlemail.com", "googlegroups.com",
		  "youtube.com", "googleapis.com", "gstatic.com", "googleusercontent.com",
		  "googletagmanager.com", "google-analytics.com", "googleadservices.com",
		  "googlesource.com", "withgoogle.com" } },
	{ .name = "Intuit", .words = { "intuit", "quickbooks", "turbotax" },
	  .domains = { "intuit.com", "quickbooks.com", "turbotax.com", "mailchimp.com" } },
	{ .name = "IONOS", .words = { "ionos" },
	  .domains = { "ionos.com", "ionos.de", "ionos.fr", "ionos.co.uk", "ionos.es" } },
	{ .name = "Mailchimp", .words = { "mailchimp" },
	  .domains = { "mailchimp.com", "intuit.com" } },
	{ .name = "McAfee", .words = { "mcafee" }, .domains = { "mcafee.com" } },
	{ .name = "Microsoft", .ordinary = true,
	  .words = { "outlook", "onedrive", "sharepoint", "office" },
	  .domains = { "microsoft.com", "outlook.com", "office.com", "live.com" } },
	{ .name = "Microsoft", .words = { "microsoft", "office 365", "office365", "microsoft 365" },
	  .domains = { "microsoft.com", "microsoftonline.com", "office.com",
	  "office365.com", "live.com", "outlook.com", "hotmail.com", "windows.com",
	  "windows.net", "azure.com", "sharepointonline.com", "skype.com", "xbox.com" } },
	{ .name = "Norton", .ordinary = true, .words = { "norton", "nortonlifelock" },
	  .domains = { "norton.com", "nortonlifelock.com", "gendigital.com" } },
	{ .name = "OpenAI", .words = { "openai", "chatgpt" },
	  .domains = { "openai.com", "chatgpt.com" } },
	{ .name = "Oracle", .ordinary = true, .words = { "oracle" }, .domains = { "oracle.com" } },
	{ .name = "OVH", .words = { "ovh", "ovhcloud" },
	  .domains = { "ovh.com", "ovh.net", "ovhcloud.com" } },
	{ .name = "Salesforce", .words = { "salesforce" }, .domains = { "salesforce.com" } },
	{ .name = "SAP Concur", .words = { "sap concur", "concur expense" },
	  .domains = { "concur.com", "sap.com" } },
	{ .name = "Slack", .ordinary = true, .words = { "slack" },
	  .domains = { "slack.com", "slackhq.com" } },
	{ .name = "Stripe", .ordinary = true, .words = { "stripe" }, .domains = { "stripe.com" } },
	{ .name = "TotalAV", .words = { "totalav" }, .domains = { "totalav.com" } },
	{ .name = "WeTransfer", .words = { "wetransfer" }, .domains = { "wetransfer.com" } },
	{ .name = "Workday", .words = { "workday" },
	  .domains = { "workday.com", "myworkday.com" } },
	{ .name = "Yahoo", .words = { "yahoo", "yahoo mail" },
	  .domains = { "yahoo.*", "yahoo.com", "yahooinc.com", "yahoomail.com" } },
	{ .name = "Zoho", .words = { "zoho" },
	  .domains = { "zoho.com", "zoho.eu", "zohocorp.com" } },
	{ .name = "Zoom", .ordinary = true, .words = { "zoom" },
	  .domains = { "zoom.us", "zoom.com" } },
	/* people and pastimes */
	{ .name = "Disney", .words = { "disney", "disney plus", "disneyland" },
	  .domains = { "disney.com", "disneyplus.com", "disneylandparis.com", "disney.fr",
	  "go.com" } },
	{ .name = "eBay", .words = { "ebay" }, .domains = { "ebay.*", "ebay.com" } },
	{ .name = "Facebook", .words = { "facebook", "facebook ads", "meta business" },
	  .domains = { "facebook.com", "facebookmail.com", "fb.com", "meta.com" } },
	{ .name = "HBO Max", .words = { "hbo max" }, .domains = { "hbomax.com", "max.com" } },
	{ .name = "Instagram", .words = { "instagram" }, .domains = { "instagram.com" } },
	{ .name = "LinkedIn", .words = { "linkedin" }, .domains = { "linkedin.com", "licdn.com" } },
	{ .name = "Netflix", .words = { "netflix" },
	  .domains = { "netflix.com", "netflix.net", "nflxext.com" } },
	{ .name = "Pinterest", .words = { "pinterest" }, .domains = { "pinterest.com" } },
	{ .name = "Roblox", .words = { "roblox" }, .domains = { "roblox.com" } },
	{ .name = "Snapchat", .words = { "snapchat" }, .domains = { "snapchat.com", "snap.com" } },
	{ .name = "Spotify", .words = { "spotify" },
	  .domains = { "spotify.com", "spotifymail.com" } },
	{ .name = "Steam", .ordinary = true, .words = { "steam" },
	  .domains = { "steampowered.com", "steamcommunity.com" } },
	{ .name = "Telegram", .ordinary = true, .words = { "telegram" },
	  .domains = { "telegram.org", "t.me" } },
	{ .name = "Tesla", .ordinary = true, .words = { "tesla" }, .domains = { "tesla.com" } },
	{ .name = "TikTok", .words = { "tiktok" }, .domains = { "tiktok.com", "tiktokv.com" } },
	{ .name = "WhatsApp", .words = { "whatsapp" }, .domains = { "whatsapp.com" } },
	{ .name = "X", .words = { "twitter" }, .domains = { "twitter.com", "x.com" } },
	/* banks and payments */
	{ .name = "American Express", .words = { "american express", "amex" },
	  .domains = { "americanexpress.com", "aexp.com" } },
	{ .name = "Bank of America", .words = { "bank of america", "bankofamerica" },
	  .domains = { "bankofamerica.com", "bofa.com" } },
	{ .name = "Barclays", .words = { "barclays" },
	  .domains = { "barclays.co.uk", "barclays.com", "barclaycard.co.uk",
	  "barclaysus.com" } },
	{ .name = "BBVA", .words = { "bbva" }, .domains = { "bbva.com", "bbva.es", "bbva.mx" } },
	{ .name = "BNP Paribas", .words = { "bnp paribas", "bnpparibas" },
	  .domains = { "bnpparibas.com", "bnpparibas.net", "mabanque.bnpparibas" } },
	{ .name = "Bradesco", .words = { "bradesco" }, .domains = { "bradesco.com.br" } },
	{ .name = "CaixaBank", .words = { "caixabank" },
	  .domains = { "caixabank.es", "caixabank.com" } },
	{ .name = "Capital One", .words = { "capital one", "capitalone" },
	  .domains = { "capitalone.com" } },
	{ .name = "Cash App", .words = { "cash app", "cashapp" },
	  .domains = { "cash.app", "square.com", "squareup.com" } },
	{ .name = "Chase", .words = { "chase bank", "jpmorgan", "jp morgan" },
	  .domains = { "chase.com", "jpmorgan.com", "jpmchase.com" } },
	{ .name = "Chase", .ordinary = true, .words = { "chase" }, .domains = { "chase.com" } },
	{ .name = "Citi", .words = { "citibank", "citigroup" },
	  .domains = { "citi.com", "citibank.com", "citigroup.com" } },
	{ .name = "Commerzbank", .words = { "commerzbank" },
	  .domains = { "commerzbank.de", "commerzbank.com" } },
	{ .name = "Crédit Agricole", .words = { "credit agricole" },
	  .domains = { "credit-agricole.fr", "ca-mail.fr", "credit-agricole.com" } },
	{ .name = "Deutsche Bank", .words = { "deutsche bank" },
	  .domains = { "db.com", "deutsche-bank.de" } },
	{ .name = "Experian", .words = { "experian" },
	  .domains = { "experian.com", "experian.co.uk" } },
	{ .name = "Fidelity", .words = { "fidelity investments" }, .domains = { "fidelity.com" } },
	{ .name = "HSBC", .words = { "hsbc" }, .domains = { "hsbc.com", "hsbc.co.uk", "hsbc.fr" } },
	{ .name = "ING", .words = { "ing bank", "ing diba" },
	  .domains = { "ing.com", "ing.de", "ing.nl", "ing.es" } },
	{ .name = "Itaú", .words = { "itau" },
	  .domains = { "itau.com.br", "itau-unibanco.com.br" } },
	{ .name = "La Banque Postale", .words = { "banque postale", "labanquepostale" },
	  .domains = { "labanquepostale.fr" } },
	{ .name = "Lloyds", .words = { "lloyds bank" },
	  .domains = { "lloydsbank.com", "lloydsbank.co.uk", "lloydsbanking.com" } },
	{ .name = "MasterCard", .words = { "mastercard" },
	  .domains = { "mastercard.com", "mastercard.us" } },
	{ .name = "Mercado Pago", .words = { "mercado pago", "mercado livre", "mercado libre" },
	  .domains = { "mercadopago.com", "mercadopago.com.br", "mercadolivre.com.br",
	  "mercadolibre.com", "mercadolibre.com.ar" } },
	{ .name = "Monzo", .words = { "monzo" }, .domains = { "monzo.com" } },
	{ .name = "N26", .words = { "n26" }, .domains = { "n26.com" } },
	{ .name = "NatWest", .words = { "natwest" }, .domains = { "natwest.com" } },
	{ .name = "Nubank", .words = { "nubank" }, .domains = { "nubank.com.br" } },
	{ .name = "PayPal", .words = { "paypal", "pay pal" },
	  .domains = { "paypal.*", "paypal.com", "paypalobjects.com",
	  "paypal-communication.com" } },
	{ .name = "Payoneer", .words = { "payoneer" }, .domains = { "payoneer.com" } },
	{ .name = "Revolut", .ordinary = true, .words = { "revolut" },
	  .domains = { "revolut.com" } },
	{ .name = "Royal Bank of Canada", .words = { "royal bank of canada", "rbc royal bank" },
	  .domains = { "rbc.com", "royalbank.com" } },
	{ .name = "Santander", .words = { "santander" },
	  .domains = { "santander.com", "santander.co.uk", "santander.com.br",
	  "gruposantander.com", "bancosantander.es" } },
	{ .name = "Société Générale", .words = { "societe generale" },
	  .domains = { "societegenerale.fr", "socgen.com" } },
	{ .name = "Sparkasse", .words = { "sparkasse" }, .domains = { "sparkasse.de" } },
	{ .name = "Square", .ordinary = true, .words = { "square" },
	  .domains = { "squareup.com", "square.com" } },
	{ .name = "TD Bank", .words = { "td bank", "td canada trust" }, .domains = { "td.com" } },
	{ .name = "US Bank", .words = { "us bank", "u s bank" }, .domains = { "usbank.com" } },
	{ .name = "Venmo", .words = { "venmo" }, .domains = { "venmo.com" } },
	{ .name = "Visa", .ordinary = true, .words = { "visa" }, .domains = { "visa.com" } },
	{ .name = "Wells Fargo", .words = { "wells fargo", "wellsfargo" },
	  .domains = { "wellsfargo.com" } },
	{ .name = "Western Union", .words = { "western union" },
	  .domains = { "westernunion.com" } },
	{ .name = "Wise", .ordinary = true, .words = { "wise" }, .domains = { "wise.com" } },
	{ .name = "Zelle", .words = { "zelle" }, .domains = { "zellepay.com" } },
	/* parcels, shops, travel and telephones */
	{ .name = "Airbnb", .words = { "airbnb" }, .domains = { "airbnb.com" } },
	{ .name = "Alibaba", .words = { "alibaba", "aliexpress" },
	  .domains = { "alibaba.com", "aliexpress.com", "alibaba-inc.com" } },
	{ .name = "AT&T", .words = { "at t" }, .domains = { "att.com", "att.net" } },
	{ .name = "Australia Post", .words = { "australia post", "auspost" },
	  .domains = { "auspost.com.au" } },
	{ .name = "Best Buy", .words = { "best buy", "geek squad" },
	  .domains = { "bestbuy.com", "geeksquad.com" } },
	{ .name = "Booking.com", .words = { "booking com" }, .domains = { "booking.com" } },
	{ .name = "Bouygues Telecom", .words = { "bouygues telecom" },
	  .domains = { "bouyguestelecom.fr" } },
	{ .name = "Canada Post", .words = { "canada post" },
	  .domains = { "canadapost.ca", "canadapost-postescanada.ca" } },
	{ .name = "Carrefour", .words = { "carrefour" },
	  .domains = { "carrefour.fr", "carrefour.com" } },
	{ .name = "Chronopost", .words = { "chronopost" }, .domains = { "chronopost.fr" } },
	{ .name = "Colissimo", .words = { "colissimo" },
	  .domains = { "laposte.fr", "laposte.info" } },
	{ .name = "Costco", .words = { "costco" }, .domains = { "costco.com" } },
	{ .name = "Correos", .ordinary = true, .words = { "correos" },
	  .domains = { "correos.es" } },
	{ .name = "Decathlon", .words = { "decathlon" },
	  .domains = { "decathlon.*", "decathlon.com" } },
	{ .name = "Deutsche Post", .words = { "deutsche post" },
	  .domains = { "deutschepost.de", "dhl.de" } },
	{ .name = "DHL", .words = { "dhl", "dhl express" }, .domains = { "dhl.*", "dhl.com" } },
	{ .name = "DPD", .words = { "dpd" }, .domains = { "dpd.*", "dpd.com", "dpdgroup.com" } },
	{ .name = "Evri", .words = { "evri" }, .domains = { "evri.com" } },
	{ .name = "FedEx", .words = { "fedex" }, .domains = { "fedex.com" } },
	{ .name = "Home Depot", .words = { "home depot" }, .domains = { "homedepot.com" } },
	{ .name = "IKEA", .words = { "ikea" }, .domains = { "ikea.com", "ikea.*" } },
	{ .name = "La Poste", .words = { "la poste", "laposte" },
	  .domains = { "laposte.fr", "laposte.net", "laposte.info" } },
	{ .name = "Lidl", .words = { "lidl" }, .domains = { "lidl.*", "lidl.com" } },
	{ .name = "Lowe's", .words = { "lowe s" }, .domains = { "lowes.com" } },
	{ .name = "Marriott", .words = { "marriott" }, .domains = { "marriott.com" } },
	{ .name = "Orange", .ordinary = true, .words = { "orange" },
	  .domains = { "orange.fr", "orange.com", "orange.es", "orange.pl" } },
	{ .name = "Rakuten", .words = { "rakuten" },
	  .domains = { "rakuten.co.jp", "rakuten.com" } },
	{ .name = "Royal Mail", .words = { "royal mail" }, .domains = { "royalmail.com" } },
	{ .name = "SFR", .words = { "sfr" }, .domains = { "sfr.fr", "sfr.com" } },
	{ .name = "Shein", .words = { "shein" }, .domains = { "shein.com" } },
	{ .name = "Shell", .ordinary = true, .words = { "shell" }, .domains = { "shell.com" } },
	{ .name = "Shopify", .words = { "shopify" }, .domains = { "shopify.com" } },
	{ .name = "T-Mobile", .words = { "t mobile" },
	  .domains = { "t-mobile.com", "t-mobile.nl" } },
	{ .name = "Target", .ordinary = true, .words = { "target" }, .domains = { "target.com" } },
	{ .name = "Temu", .words = { "temu" }, .domains = { "temu.com", "temuemail.com" } },
	{ .name = "Tesco", .words = { "tesco" }, .domains = { "tesco.com", "tesco.*" } },
	{ .name = "TotalEnergies", .words = { "totalenergies", "total energies" },
	  .domains = { "totalenergies.com", "totalenergies.fr" } },
	{ .name = "TUI", .ordinary = true, .words = { "tui" }, .domains = { "tui.*", "tui.com" } },
	{ .name = "UPS", .ordinary = true, .words = { "ups" }, .domains = { "ups.com" } },
	{ .name = "USPS", .words = { "usps", "us postal service" },
	  .domains = { "usps.com", "usps.gov" } },
	{ .name = "Verizon", .words = { "verizon" },
	  .domains = { "verizon.com", "verizon.net", "verizonwireless.com" } },
	{ .name = "Vinci", .words = { "vinci autoroutes", "vinciinfo", "vinci info" },
	  .domains = { "vinci-autoroutes.com", "vinci.com", "ulys.com" } },
	{ .name = "Vodafone", .words = { "vodafone" },
	  .domains = { "vodafone.*", "vodafone.com" } },
	{ .name = "Walmart", .words = { "walmart" }, .domains = { "walmart.com" } },
	{ .name = "Xfinity", .words = { "xfinity", "comcast" },
	  .domains = { "xfinity.com", "comcast.com", "comcast.net" } },
	/* public services */
	{ .name = "Ameli", .words = { "ameli", "assurance maladie", "carte vitale" },
	  .domains = { "ameli.fr", "assurance-maladie.fr" } },
	{ .name = "ANCV", .words = { "ancv", "cheques vacances", "cheque vacances" },
	  .domains = { "ancv.com", "ancv.fr" } },
	{ .name = "Antai", .words = { "antai" }, .domains = { "antai.gouv.fr" } },
	{ .name = "CAF", .words = { "allocations familiales" },
	  .domains = { "caf.fr", "cnaf.fr" } },
	{ .name = "CPF", .words = { "cpf", "mon compte formation", "moncompteformation" },
	  .domains = { "moncompteformation.gouv.fr", "caissedesdepots.fr" } },
	{ .name = "gov.uk", .words = { "hmrc", "hm revenue", "dvla", "gov uk" },
	  .domains = { ".gov.uk" } },
	{ .name = "Impôts", .words = { "impots gouv", "impots" },
	  .domains = { "impots.gouv.fr", "finances.gouv.fr" } },
	{ .name = "IRS", .words = { "irs", "internal revenue service" }, .domains = { "irs.gov" } },
	{ .name = "MaPrimeRénov", .words = { "maprimerenov", "ma prime renov" },
	  .domains = { "maprimerenov.gouv.fr", "anah.gouv.fr" } },
	{ .name = "Medicare", .words = { "medicare" }, .domains = { "medicare.gov", "cms.gov" } },
	{ .name = "myGov", .words = { "mygov", "australian taxation office" },
	  .domains = { "my.gov.au", "ato.gov.au", "servicesaustralia.gov.au" } },
	{ .name = "Receita Federal", .words = { "receita federal" },
	  .domains = { "fazenda.gov.br" } },
	{ .name = "Service Public", .words = { "service public fr", "servicepublic" },
	  .domains = { "service-public.fr", "service-public.gouv.fr" } },
	{ .name = "Social Security Administration", .words = { "social security administration" },
	  .domains = { "ssa.gov" } },
	{ .name = NULL },
};
// clang-format on

/* "amazon.*" owns amazon.de and amazon.co.uk, not amazon.shop. */
static bool
is_of_a_country(const char *domain, const char *label, size_t length)
{
	const char *last = strrchr(domain, '.');

	return strncmp(domain, label, length) == 0 && domain[length] == '.' && strlen(last) == 3;
}

static bool
pattern_owns(const char *pattern, const char *domain)
{
	if (g_str_has_suffix(pattern, ".*"))
		return is_of_a_country(domain, pattern, strlen(pattern) - 2);
	if (*pattern == '.')
		return domain_is_under(domain, pattern + 1);
	return strcmp(domain, pattern) == 0;
}

bool
brand_owns(const Brand *brand, const char *domain)
{
	if (!domain)
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(brand->domains) && brand->domains[i]; i++) {
		if (pattern_owns(brand->domains[i], domain))
			return true;
	}
	return false;
}

/* The word by which @words name @brand, or NULL. */
static const char *
word_found(const Brand *brand, const char *words)
{
	for (size_t i = 0; i < G_N_ELEMENTS(brand->words) && brand->words[i]; i++) {
		if (words_have(words, brand->words[i]))
			return brand->words[i];
	}
	return NULL;
}

static bool
is_service_word(const char *word)
{
	return strpbrk(word, "0123456789") || g_strv_contains(service_words, word);
}

/* Nothing in @words is beside @word but what a help desk's name is made of. */
static bool
stands_alone(const char *words, const char *word)
{
	g_auto(GStrv) parts = g_strsplit(words, " ", -1);

	for (char **part = parts; *part; part++) {
		if (**part && strcmp(*part, word) != 0 && !is_service_word(*part))
			return false;
	}
	return true;
}

static bool
reading_names(const Brand *brand, const char *words)
{
	const char *word = word_found(brand, words);

	return word && (!brand->ordinary || stands_alone(words, word));
}

static bool
any_reading_names(const Brand *brand, char **readings)
{
	for (char **reading = readings; *reading; reading++) {
		if (reading_names(brand, *reading))
			return true;
	}
	return false;
}

const Brand *
brand_in_name(const char *name, const char *domain)
{
	g_auto(GStrv) readings = words_readings(name);
	const Brand *borrowed = NULL;

	if (domain && g_strv_contains(free_mail, domain))
		domain = NULL;
	for (const Brand *brand = brands; brand->name; brand++) {
		if (!any_reading_names(brand, readings))
			continue;
		if (brand_owns(brand, domain))
			return NULL;
		if (!borrowed)
			borrowed = brand;
	}
	return borrowed;
}

const Brand *
brand_in_text(const char *text, const char *domain)
{
	g_autofree char *words = words_of(text, WORDS_MAX_SUBJECT);
	const Brand *borrowed = NULL;

	for (const Brand *brand = brands; brand->name; brand++) {
		if (brand->ordinary || !word_found(brand, words))
			continue;
		if (brand_owns(brand, domain))
			return NULL;
		if (!borrowed)
			borrowed = brand;
	}
	return borrowed;
}

/* The labels of @host that somebody chose: without the public suffix. */
static char *
own_labels(const char *host, const char *domain)
{
	const char *suffix = strchr(domain, '.');

	if (!suffix || !g_str_has_suffix(host, suffix))
		return g_strdup(host);
	return g_strndup(host, strlen(host) - strlen(suffix));
}

static bool
is_within(const Brand *brand, const char *text)
{
	for (size_t i = 0; i < G_N_ELEMENTS(brand->words) && brand->words[i]; i++) {
		if (strlen(brand->words[i]) >= LONG_WORD && strstr(text, brand->words[i]))
			return true;
	}
	return false;
}

const Brand *
brand_in_host(const char *host, const char *domain)
{
	g_autofree char *labels = own_labels(host, domain);
	g_autofree char *words = words_of(labels, WORDS_MAX_NAME);

	for (const Brand *brand = brands; brand->name; brand++) {
		if (brand->ordinary || !(word_found(brand, words) || is_within(brand, words)))
			continue;
		return brand_owns(brand, domain) ? NULL : brand;
	}
	return NULL;
}

const Brand *
brand_in_address(const char *address, const char *domain)
{
	const char *host = domain_of_address(address);
	const Brand *in_host = host ? brand_in_host(host, domain) : NULL;
	g_autofree char *words = words_of(address, WORDS_MAX_NAME);

	for (const Brand *brand = brands; brand->name && !in_host; brand++) {
		if (!brand->ordinary && is_within(brand, words))
			return brand_owns(brand, domain) ? NULL : brand;
	}
	return in_host;
}

/* A short name looks like too many others. */
static bool
skeleton_has(const char *skeleton, const char *word)
{
	g_autofree char *looks = NULL;
	size_t length = strlen(word);

	if (length < LONG_WORD || length > strlen(skeleton))
		return false;
	looks = words_skeleton(word, WORDS_MAX_NAME);
	return words_have(skeleton, g_strstrip(looks));
}

static bool
skeleton_names(const Brand *brand, const char *skeleton)
{
	for (size_t i = 0; i < G_N_ELEMENTS(brand->words) && brand->words[i]; i++) {
		if (skeleton_has(skeleton, brand->words[i]))
			return true;
	}
	return false;
}

static bool
is_spelt_out(const Brand *brand, char **readings)
{
	for (char **reading = readings; *reading; reading++) {
		if (word_found(brand, *reading))
			return true;
	}
	return false;
}

const Brand *
brand_disguised(const char *name)
{
	g_autofree char *skeleton = words_skeleton(name, WORDS_MAX_NAME);
	g_auto(GStrv) readings = words_readings(name);

	for (const Brand *brand = brands; brand->name; brand++) {
		if (skeleton_names(brand, skeleton) && !is_spelt_out(brand, readings))
			return brand;
	}
	return NULL;
}
