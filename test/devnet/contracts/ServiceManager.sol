// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stands for ServiceManagerBase of the M2 middleware (7d49b51): the contract that an operator's signature names as the
// AVS. It takes calls from the RegistryCoordinator only and passes them to the AVSDirectory.
//
// Left out: metadata, rewards, restakeable strategies, owner.

import {CoordinatorOnly} from "./CoordinatorOnly.sol";
import {IAVSDirectory, IServiceManager} from "./Interfaces.sol";
import {SignatureWithSaltAndExpiry} from "./Types.sol";

contract ServiceManager is IServiceManager, CoordinatorOnly {
    address public immutable avsDirectory;

    constructor(address registryCoordinator_, address avsDirectory_) CoordinatorOnly(registryCoordinator_) {
        avsDirectory = avsDirectory_;
    }

    function registerOperatorToAVS(address operator, SignatureWithSaltAndExpiry memory operatorSignature)
        public
        virtual
        onlyRegistryCoordinator
    {
        IAVSDirectory(avsDirectory).registerOperatorToAVS(operator, operatorSignature);
    }

    function deregisterOperatorFromAVS(address operator) public virtual onlyRegistryCoordinator {
        IAVSDirectory(avsDirectory).deregisterOperatorFromAVS(operator);
    }

    function _notTheCoordinator() internal pure override returns (string memory) {
        return "ServiceManagerBase.onlyRegistryCoordinator: caller is not the registry coordinator";
    }
}
