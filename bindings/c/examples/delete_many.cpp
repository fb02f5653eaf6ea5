// Deletes the leads whose ids are arguments. The webhook is in the environment, as B24_WEBHOOK.

#include <b24delete.hpp>

#include <cstdlib>
#include <iostream>

int main(int argc, char **argv) {
    const char *webhook = std::getenv("B24_WEBHOOK");
    if (argc < 2 || webhook == nullptr) {
        std::cerr << "usage: B24_WEBHOOK=URL delete_many ID...\n";
        return 2;
    }
    try {
        std::vector<b24::Operation> operations;
        for (int index = 1; index < argc; index++) {
            operations.push_back(b24_operation_lead(std::atoll(argv[index])));
        }
        const b24::Client client(b24::ClientOptions{std::string(webhook)});
        const b24::Summary summary = client.delete_many(operations, [](const b24::Outcome &outcome) {
            std::cout << outcome.lead_id() << ' ' << outcome.status_name();
            if (const auto error = outcome.error()) {
                std::cout << ' ' << error->what();
            }
            std::cout << '\n';
            return true;
        });
        std::cerr << summary.deleted() << " of " << summary.total() << " deleted\n";
        return summary.is_clean() ? 0 : 1;
    } catch (const b24::Error &error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
