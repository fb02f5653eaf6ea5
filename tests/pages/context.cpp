/* What the examples of the pages take as known; the blocks of a page come in at the two marked places. */

#include <b24delete.hpp>

#include <cstdlib>
#include <fstream>
#include <future>
#include <iostream>
#include <vector>

#define EXPECT_SUCCESS(error) static_cast<void>(error)

/* the functions */

int main() {
    std::vector<b24_operation> operations = {b24_operation_lead(21), b24_operation_lead(22)};
    /* the blocks */
    return 0;
}
